"""That the search for secrets can fail: planted ones are found, and all that a message holds are taken."""
import base64
import json
import types
import xml.etree.ElementTree as ElementTree

from secrecy import FIELDS, OUTPUTS, WINDOW, Secrets, secrets
from tally import Tally
from tools import ROOT, kcdtrace


def planting():
    """A secret planted in a real output is found, however it is written and wherever its windows begin."""
    tally = Tally()
    sample = ROOT / "SamplePcaps/backend-rejected-ticket/capture.pcapng"
    document, report = (kcdtrace(*arguments, str(sample)).output for arguments in OUTPUTS[:2])
    place = b'"server":"'
    tally.check(place in document, "the sample has no place to plant a secret in")
    # No octet twice, and of all kinds.
    secret = bytes((start * 83 + 7) % 256 for start in range(2 * WINDOW))
    password = b"bob:sw0rdf1sh"
    found = Secrets()
    found.add("cipher", secret)
    found.add("password", password)

    def planted(writing):
        yield document.replace(place, place + writing, 1)
        yield report + writing

    for output in (document, report):
        tally.check(found.leak(output) is None, "an output without the secret is said to hold it")
    for start in range(WINDOW + 1):
        piece = secret[start:start + WINDOW]
        characters = "".join(map(chr, piece))
        tally.check(found.leak(report + piece) is not None, f"the octets {piece!r} are not seen")
        tally.check(found.leak(document.replace(place, place + json.dumps(characters)[1:-1].encode(), 1)) is not None,
                    f"the octets {piece!r} are not seen behind escapes")
        for lead in range(4):
            octet = b"\0" * lead + piece + b"\0"
            for writing in (octet.hex().encode(), octet.hex().upper().encode(), b"f" + octet.hex().encode(),
                            base64.b64encode(octet), base64.urlsafe_b64encode(octet), b"x" * lead + base64.b64encode(piece)):
                for output in planted(writing):
                    tally.check(found.leak(output) is not None, f"a secret written as {writing!r} is not seen")
        for output in planted(base64.b64encode(piece[1:])):
            tally.check(found.leak(output) is None, "less than a window is taken for a secret")
    for writing in (password, base64.b64encode(password + b"!" * 4)):
        for output in planted(writing):
            tally.check(found.leak(output) is not None, f"a password written as {writing!r} is not seen")
    found.forget(b"Via: " + secret)
    tally.check(found.leak(report + secret) is None, "what stands in the clear is taken for a secret")
    return tally


def extraction():
    """Of a message with a secret in each place that can hold one, all are taken, and nothing else."""
    tally = Tally()
    lines = ["Cookie: a-session-cookie=0123456789; of-the-farm=the-second-cookie-value",
             "Set-Cookie: a-cookie-of-the-server=abcdefghijklm; Path=/a/very/long/path",
             "Authorization: Negotiate YIIabcdefghijklmnopqrstuvw",
             'WWW-Authenticate: Digest realm="a realm that is told", nonce="a-nonce-of-the-server"',
             "Server: a server in the clear"]
    carriers = [name for name in (*FIELDS, "kerberos.cipher") if name != "http.authbasic"]
    protocol = ElementTree.Element("proto", name="http")
    for line in lines:
        ElementTree.SubElement(protocol, "field", name="http.request.line", value=(line + "\r\n").encode().hex())
    ElementTree.SubElement(protocol, "field", name="http.authbasic", show="bob:sw0rdf1sh")
    for name in carriers:
        value = f"the secret of {name}, and a server in the clear".encode().hex()
        ElementTree.SubElement(protocol, "field", name=name, value=value)
    found = secrets([types.SimpleNamespace(protocols=[protocol])])
    for secret in ("0123456789", "the-second-cookie-value", "abcdefghijklm", "YIIabcdefghijklmnopqrstuvw",
                   "a-nonce-of-the-server", "bob:sw0rdf1sh", *(f"the secret of {name}" for name in carriers)):
        tally.check(found.leak(secret.encode()) is not None, f"{secret} is not taken for a secret")
    for plain in ("a-session-cookie of-the-farm", "a-cookie-of-the-server", "Path=/a/very/long/path", "a realm that is told",
                  "a server in the clear", "Authorization: Negotiate", "WWW-Authenticate: Digest"):
        tally.check(found.leak(plain.encode()) is None, f"{plain} is taken for a secret")
    return tally


def run():
    tally = planting()
    tally.add(extraction())
    return tally
