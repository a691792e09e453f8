"""HTTP messages and the tokens in them, as tshark reads them."""
import http_grammar
from pdml import child, descendants, integer, octets
from wireshark_kerberos import messages_of

LINES = ("http.request.line", "http.response.line")
CARRIERS = ("http.authorization", "http.proxy_authorization", "http.www_authenticate", "http.proxy_authenticate")
# Layers that kcdtrace does not look below: none that tshark finds HTTP in.
UNREAD_LAYERS = set()


def read(packets):
    """The messages in the clear, in order, and the connections that tshark reads as HTTP."""
    found, connections = [], set()
    for packet in packets:
        if packet.has("http") and not packet.has("tls"):
            connections.add(packet.connection)
            for first_frame, protocol in packet.reassembled("http"):
                fields = message(protocol)
                if fields:
                    found.append(fields | {"frame": packet.frame, "first_frame": first_frame, "connection": packet.connection,
                                           "below": packet.layers & UNREAD_LAYERS})
    return found, connections


def message(protocol):
    """One message's fields, or None where the protocol element holds only more of a body."""
    method, status, target = (descendants(protocol, "http." + name) for name in
                              ("request.method", "response.code", "request.uri"))
    if not method and not status:
        return misplaced(protocol)
    fields = {"kind": "request" if method else "response", "start": octets((method or status)[0]).decode("utf-8", "replace"),
              "broken_rule": http_grammar.broken_rule(header_octets(protocol))}
    headers = header_fields(protocol)
    if method:
        fields["method"] = octets(method[0]).decode("utf-8", "replace")
        fields["target"] = octets(target[0]).decode("utf-8", "replace") if target else None
        fields["host"] = first(headers, "host")
        credentials = first(headers, "authorization")
        fields["authorization"] = credentials.split(None, 1)[0].lower() if credentials and credentials.strip() else None
    else:
        fields["status"] = integer(status[0])
        fields["server"] = first(headers, "server")
        fields["challenges"] = [scheme for value in values(headers, "www-authenticate") for scheme in schemes(value)]
    fields["tokens"] = tokens(protocol)
    return fields


def misplaced(protocol):
    """A response behind line ends that do not belong there, which tshark takes for data."""
    data = descendants(protocol, "data.data")
    start = octets(data[0]) if data else b""
    if not start.startswith((b"\r", b"\n")) or not start.lstrip(b"\r\n").startswith(b"HTTP/"):
        return None
    return {"kind": "response", "start": "HTTP/", "broken_rule": "start line (RFC 9112, 4)"}


def header_octets(protocol):
    """The start line and the field lines as they were sent: tshark shows each at its place."""
    pieces = {}
    for field in protocol:
        if field.get("name") != "http.file_data" and field.get("value") and field.get("pos"):
            place = int(field.get("pos"))
            pieces[place] = max(pieces.get(place, b""), octets(field), key=len)
    header, end = b"", min(pieces, default=0)
    while end in pieces:
        header += pieces[end]
        end += len(pieces[end])
    return header


def header_fields(protocol):
    """Names in lower case and values, in order, from the lines' octets."""
    fields = []
    for line in protocol:
        if line.get("name") in LINES:
            name, _, value = octets(line).decode("utf-8", "replace").partition(":")
            fields.append((name.strip().lower(), value.strip(" \t\r\n")))
    return fields


def first(headers, name):
    return next((value for key, value in headers if key == name), None)


def values(headers, name):
    return [value for key, value in headers if key == name]


def schemes(value):
    """The schemes that a WWW-Authenticate field offers (RFC 9110, 11.6.1), in lower case."""
    found = []
    for item in split_list(value):
        words = item.split(None, 1)
        # `name=value` goes on with the challenge before; a scheme stands alone, or before a token
        # or its first parameter.
        if words and "=" not in words[0]:
            found.append(words[0].lower())
    return found


def split_list(value):
    """The items between commas that do not stand in quotes."""
    items, item, quoted, escaped = [], "", False, False
    for character in value:
        if character == "," and not quoted:
            items.append(item.strip())
            item = ""
            continue
        if character == '"' and not escaped:
            quoted = not quoted
        escaped = quoted and character == "\\" and not escaped
        item += character
    return [i for i in items + [item.strip()] if i]


def tokens(protocol):
    """What stands in each field that carries tokens: negotiation state and inner messages."""
    found = []
    for carrier in protocol:
        if carrier.get("name") not in CARRIERS:
            continue
        kerberos = [m for p in descendants(carrier, "kerberos") for m in messages_of(p)]
        ntlm = [integer(field) for field in descendants(carrier, "ntlmssp.messagetype")]
        states = [integer(field) for field in descendants(carrier, "spnego.negResult")]
        kinds = [name for name in ("spnego.negTokenInit_element", "spnego.negTokenTarg_element") if descendants(carrier, name)]
        if kerberos or ntlm or states or kinds:
            found.append({"field": carrier.get("name"), "kerberos": kerberos, "ntlm": ntlm, "states": states, "kinds": kinds})
    return found
