"""HTTP messages and their tokens: what kcdtrace reads against what tshark reads."""
import corpus
import pdml
import wireshark_http
from kerberos_agreement import records
from tally import Tally

STATES = {0: "accept-completed", 1: "accept-incomplete", 2: "reject", 3: "request-mic"}


def theirs(capture):
    packets, fault = pdml.packets(capture, "http && !(tls || ssl)")
    found = []
    for packet in packets:
        for protocol in packet.protocols:
            if protocol.get("name") == "http":
                message = wireshark_http.message(protocol)
                if message:
                    found.append((packet.frame, message))
    return found, fault


def compare(capture):
    """One capture's tally. Messages are paired by frame and kind."""
    tally = Tally()
    name = corpus.short_name(capture)
    expected, fault = theirs(capture)
    if fault:
        tally.counts["unread by tshark"] += 1
        return tally
    ours, _ = records(capture, "http")
    by_frame = {}
    for record in ours:
        by_frame.setdefault(record["frame"], []).append(record)
    for frame, message in expected:
        tally.counts["messages"] += 1
        key = "method" if message["kind"] == "request" else "status"
        record = next((r for r in by_frame.get(frame, []) if r.get(key) == message[key]), None)
        if record is None:
            tally.differs("http", name, frame, "message", message[key], None)
            continue
        by_frame[frame].remove(record)
        if record["incomplete"]:
            tally.counts["incomplete"] += 1
            continue
        compare_fields(tally, name, frame, message, record)
    tally.passed += len(expected) - len({d.frame for d in tally.differences})
    return tally


def compare_fields(tally, name, frame, message, record):
    if message["kind"] == "request":
        for field in ("target", "host"):
            if message[field] is not None and message[field] != record[field]:
                tally.differs("http", name, frame, field, message[field], record[field])
        scheme = record["authorization"]["scheme"].lower() if record["authorization"] else None
        if message["authorization"] != scheme:
            tally.differs("http", name, frame, "authorization", message["authorization"], scheme)
    else:
        if message["server"] != record["server"]:
            tally.differs("http", name, frame, "server", message["server"], record["server"])
        schemes = [c["scheme"].lower() for c in record["challenges"]]
        if message["challenges"] != schemes:
            tally.differs("http", name, frame, "challenges", message["challenges"], schemes)
    compare_tokens(tally, name, frame, message, record)


def compare_tokens(tally, name, frame, message, record):
    """The first token of each program: its inner messages and its state."""
    holders = [record.get("authorization"), record.get("proxy_authorization"), *record.get("challenges", []),
               *record.get("proxy_challenges", [])]
    own = next((h for h in holders if h and h.get("token_kind") not in (None, "none", "basic")), None)
    token = message["tokens"][0] if message["tokens"] else None
    if token is None:
        return
    tally.counts["tokens"] += 1
    if own is None:
        tally.differs("http", name, frame, "token", token["field"], None)
        return
    inner = own.get("token") or {}
    if token["kerberos"]:
        theirs = token["kerberos"][0]
        if theirs["msg_type"] != inner.get("msg_type"):
            tally.differs("http", name, frame, "token.msg_type", theirs["msg_type"], inner.get("msg_type"))
        elif theirs["msg_type"] == 30 and theirs["error_code"] != inner.get("error_code"):
            tally.differs("http", name, frame, "token.error_code", theirs["error_code"], inner.get("error_code"))
        elif theirs["msg_type"] == 14 and theirs["ticket"]["digest"] != (inner.get("ticket") or {}).get("digest"):
            tally.differs("http", name, frame, "token.ticket", theirs["ticket"]["digest"], inner.get("ticket"))
    if token["ntlm"] and token["ntlm"][0] not in (inner.get("message_type"), inner.get("msg_type"), inner.get("type")):
        tally.differs("http", name, frame, "token.ntlm", token["ntlm"][0], inner)
    if token["states"]:
        state = (own.get("negotiation") or {}).get("state")
        if STATES.get(token["states"][0]) != state and token["states"][0] != state:
            tally.differs("http", name, frame, "token.state", token["states"][0], state)
