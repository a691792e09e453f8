"""Secrets never leave: tshark takes every cipher, credential, cookie, NTLM response and body out of a
capture, and no 16 octets in a row of any of them may stand in any output: raw, hexadecimal or base64."""
import base64
import binascii
import re

import corpus
import pdml
from pdml import octets
from tally import Tally
from tools import kcdtrace

WINDOW = 16
OUTPUTS = (["messages"], ["analyze", "-v", "--color", "never"], ["analyze", "--format", "json"],
           ["analyze", "--format", "markdown"], ["info", "--format", "json"])
HEX = re.compile(rb"[0-9a-fA-F]{32,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{22,}")
SECRET_HEADERS = (b"authorization", b"proxy-authorization", b"cookie", b"set-cookie", b"www-authenticate",
                  b"proxy-authenticate", b"authentication-info")
NTLM_SECRETS = ("ntlmssp.auth.ntresponse", "ntlmssp.auth.lmresponse", "ntlmssp.ntlmv2_response", "ntlmssp.auth.sesskey")


def windows(data):
    """Every run of 16 octets that is not one octet repeated: padding is no secret."""
    for start in range(len(data) - WINDOW + 1):
        piece = data[start:start + WINDOW]
        if piece.count(piece[0]) < WINDOW:
            yield piece


def secrets(capture):
    """The secret windows of a capture, less those that its plain header lines hold too."""
    packets, fault = pdml.packets(capture, "kerberos || http || ntlmssp")
    secret, plain = set(), set()
    for packet in packets:
        for protocol in packet.protocols:
            for field in protocol.iter():
                name = field.get("name") or ""
                if name.endswith("cipher") or name in NTLM_SECRETS or name == "http.file_data" or name == "data.data":
                    secret.update(windows(octets(field) or b""))
                elif name in ("http.request.line", "http.response.line"):
                    line = octets(field) or b""
                    key, _, value = line.partition(b":")
                    if key.strip().lower() in SECRET_HEADERS:
                        secret.update(windows(value.strip()))
                    else:
                        plain.update(windows(line))
                elif name in ("http.request.uri", "http.request.full_uri", "http.request.version"):
                    # A page may name, in quotes, what is asked for next.
                    plain.update(windows(b'"' + (octets(field) or b"") + b'"'))
    return secret - plain, fault


def readings(output):
    """The output itself, and what its hexadecimal and base64 runs stand for, at every alignment."""
    yield output
    for match in HEX.finditer(output):
        run = match.group()
        for start in (0, 1):
            piece = run[start:]
            yield binascii.unhexlify(piece[: len(piece) // 2 * 2])
    for match in BASE64.finditer(output):
        run = match.group().replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            piece = run[start:]
            piece = piece[: len(piece) // 4 * 4]
            if piece:
                yield base64.b64decode(piece)


def compare(capture):
    tally = Tally()
    name = corpus.short_name(capture)
    found, fault = secrets(capture)
    if fault or not found:
        tally.counts["captures without secrets"] += 1
        return tally
    tally.counts["secret windows"] += len(found)
    for arguments in OUTPUTS:
        output = kcdtrace(*arguments, str(capture)).output
        leak = next((piece for reading in readings(output) for piece in windows(reading) if piece in found), None)
        tally.check(leak is None, f"{name}: {' '.join(arguments)} holds secret octets: {leak!r}")
    return tally
