"""What a header's octets must look like. One that breaks these rules has no single meaning, and readers
differ on it by right; the reader that is compared with has no say in which ones do."""
import re

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(TOKEN + rb" [^\x00-\x20\x7f]+ HTTP/[0-9]\.[0-9]")
STATUS_LINE = re.compile(rb"HTTP/[0-9]\.[0-9] [0-9]{3}( [\t\x20-\x7e\x80-\xff]*)?")
FIELD_LINE = re.compile(rb"(" + TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
CODINGS = re.compile(TOKEN + rb"([ \t]*,[ \t]*" + TOKEN + rb")*")


def broken_rule(header):
    """The rule that a header breaks first, be it only that it is cut; None where it keeps them all."""
    lines = header.split(b"\r\n")
    if not REQUEST_LINE.fullmatch(lines[0]) and not STATUS_LINE.fullmatch(lines[0]):
        return "start line (RFC 9112, 3 and 4)"
    if len(lines) < 3 or lines[-2:] != [b"", b""]:
        return "header section (RFC 9112, 2.1)"
    lengths, codings = [], []
    for line in lines[1:-2]:
        field = FIELD_LINE.fullmatch(line)
        if not field:
            return "field line (RFC 9112, 5; RFC 9110, 5.5)"
        name, value = field[1].lower(), field[2].strip(b" \t")
        if name == b"content-length":
            lengths.append(value)
        elif name == b"transfer-encoding":
            codings.append(value)
    if any(not re.fullmatch(rb"[0-9]+", value) for value in lengths) or len(set(lengths)) > 1:
        return "Content-Length (RFC 9110, 8.6)"
    if any(not CODINGS.fullmatch(value) for value in codings):
        return "Transfer-Encoding (RFC 9112, 6.1)"
    if lengths and codings:
        return "Content-Length beside Transfer-Encoding (RFC 9112, 6.2)"
    return None
