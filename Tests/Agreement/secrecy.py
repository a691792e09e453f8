"""Secrets never leave: tshark takes every cipher, credential, cookie, NTLM response and body out of a
capture, and no 16 octets in a row of any of them may stand in any output: raw, hexadecimal or base64."""
import base64
import functools
import json
import pathlib
import re

from pdml import octets
from tally import Tally
from tools import BINARY, capinfos, kcdtrace

WINDOW = 16
# Different octets in a window that is no padding.
FEWEST_OCTETS = 4
# A password or a cookie that is shorter than a window is looked for whole; what is shorter than this
# stands in any text by chance.
SHORTEST = 10
OUTPUTS = (["messages"], ["analyze", "-v", "--color", "never"], ["analyze", "--format", "json"],
           ["analyze", "--format", "markdown"], ["info", "--format", "json"])
# Times as kcdtrace writes them: those of the frames, which a page or a log may say too.
TIME = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z")
HEX = re.compile(rb"[0-9a-fA-F]{32,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{22,}")
# What tshark calls the fields that hold secrets, and the kind of each.
FIELDS = {"http.file_data": "body", "data.data": "body", "http.authbasic": "password",
          "ntlmssp.auth.ntresponse": "NTLM response", "ntlmssp.auth.lmresponse": "NTLM response",
          "ntlmssp.ntlmv2_response": "NTLM response", "ntlmssp.auth.sesskey": "NTLM response"}
CREDENTIALS = (b"authorization", b"proxy-authorization", b"www-authenticate", b"proxy-authenticate", b"authentication-info")
# The one parameter of a challenge or a credential that is no secret.
REALM = re.compile(rb"realm\s*=\s*(\"[^\"]*\"|[^\s,]*)", re.IGNORECASE)
# The kinds that the project's own samples hold.
SAMPLED = ("cipher", "body", "credential", "NTLM response")


def windows(data):
    """Every run of so many octets, but for padding: a few octets repeated are no secret."""
    pieces = {data[start:start + WINDOW] for start in range(len(data) - WINDOW + 1)}
    return {piece for piece in pieces if len(set(piece)) >= FEWEST_OCTETS}


class Secrets:
    """What must not leave one capture: windows of each secret, and whole ones that are shorter."""

    def __init__(self):
        self.windows = set()
        self.short = set()
        self.kinds = set()

    def add(self, kind, secret):
        if len(secret) >= WINDOW:
            self.windows |= windows(secret)
        elif kind in ("password", "cookie") and len(secret) >= SHORTEST:
            self.short.add(secret)
        else:
            return
        self.kinds.add(kind)

    def forget(self, plain):
        """Takes out what stands in the clear elsewhere, where kcdtrace may take it from."""
        for reading in readings(plain):
            self.windows -= windows(reading)
            self.short = {secret for secret in self.short if secret not in reading}

    def leak(self, output):
        """A secret that an output holds; None where it holds none."""
        for reading in readings(output):
            for found in windows(reading) & self.windows:
                if found not in program():
                    return found
            for secret in self.short:
                if secret in reading:
                    return secret
        return None


def secrets(packets):
    """The secrets of a capture, less what its plain header lines and targets say too."""
    found, plain = Secrets(), []
    for field in (field for packet in packets for protocol in packet.protocols for field in protocol.iter()):
        name = field.get("name") or ""
        if name in FIELDS or name.endswith("cipher"):
            value = octets(field)
            # tshark gives this one's text alone.
            found.add(FIELDS.get(name, "cipher"), (field.get("show") or "").encode() if name == "http.authbasic" else value)
        elif name in ("http.request.line", "http.response.line"):
            key, _, value = octets(field).partition(b":")
            key, value = key.strip().lower(), value.strip()
            if key in CREDENTIALS:
                scheme, _, rest = value.partition(b" ")
                for part in REALM.sub(b"", rest).split(b","):
                    found.add("credential", part.strip())
            elif key in (b"cookie", b"set-cookie"):
                pairs = value.split(b";")
                for pair in pairs[:1] if key == b"set-cookie" else pairs:
                    found.add("cookie", pair.partition(b"=")[2].strip() if b"=" in pair else pair.strip())
            else:
                plain.append(octets(field))
        elif name in ("http.request.uri", "http.request.full_uri", "http.request.version"):
            plain.append(octets(field))
    for text in plain:
        found.forget(text)
    return found


@functools.cache
def program():
    """The executable itself: words that stand in it come from no capture, though a page may use the same."""
    return pathlib.Path(BINARY).read_bytes()


def strings(value):
    """Every name and every string of a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)


def texts(output):
    """What an output says: of JSON the strings, without marks and blanks between them, with each escape
    resolved; octets above 127 may have become characters of as many bits."""
    try:
        found = "\0".join(string for line in json_documents(output) for string in strings(json.loads(line)))
    except ValueError:
        yield output
        return
    yield found.encode("utf-8", "replace")
    if not found.isascii():
        yield found.encode("latin-1", "replace")


def json_documents(output):
    """One document, or one to a line."""
    return output.splitlines() if output.startswith(b'{"') else [output]


def readings(output):
    """What an output says, and what its hexadecimal and base64 runs stand for, at every alignment."""
    for text in texts(output):
        text = TIME.sub(b"", text)
        yield text
        for match in HEX.finditer(text):
            run = match.group()
            for start in (0, 1):
                piece = run[start:]
                yield bytes.fromhex(piece[: len(piece) // 2 * 2].decode())
        for match in BASE64.finditer(text):
            run = match.group().replace(b"-", b"+").replace(b"_", b"/")
            for start in range(4):
                piece = run[start:]
                # A last octet may hang on characters that make no full group.
                whole = base64.b64decode(piece + b"A" * (-len(piece) % 4))
                yield whole[: len(piece) * 3 // 4]


def compare(readings_of_both):
    tally = Tally()
    capture, name = readings_of_both.capture, readings_of_both.name
    packets, fault = readings_of_both.dissection
    found = secrets(packets)
    if fault or not found.windows:
        tally.counts["captures without secrets"] += 1
        return tally
    tally.counts["windows"] += len(found.windows)
    tally.counts.update(f"captures with a {kind}" for kind in found.kinds)
    for arguments in OUTPUTS:
        output = kcdtrace(*arguments, str(capture)).output
        leak = found.leak(output)
        if leak is not None:
            # The file says something of itself, its comments for one, and a body may say the same.
            found.forget(capinfos(capture))
            leak = found.leak(output)
        tally.check(leak is None, f"{name}: {' '.join(arguments)} holds secret octets: {leak!r}")
    return tally


def kinds_seen(total):
    """Failures where the captures hold too few secrets of a kind to say anything of it."""
    return [f"no capture holds a secret of the kind: {kind}" for kind in SAMPLED if not total.counts[f"captures with a {kind}"]]
