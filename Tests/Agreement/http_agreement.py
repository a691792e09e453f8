"""HTTP messages and their tokens: what kcdtrace reads against what tshark reads."""
import wireshark_http
from tally import Tally

STATES = {0: "accept-completed", 1: "accept-incomplete", 2: "reject", 3: "request-mic"}


def compare(readings):
    """One capture's tally. Messages are paired by the frame that they begin in, and by their kind; each
    that one program alone reports differs, and so does one that they see end in different frames."""
    tally = Tally()
    name = readings.name
    packets, fault = readings.dissection
    if fault:
        tally.counts["unread by tshark"] += 1
        return tally
    expected, connections = wireshark_http.read(packets)
    unpaired = readings.records("http")
    for message in expected:
        record = partner(message, unpaired)
        found = Tally()
        if message["below"]:
            tally.counts["below a layer that is not read"] += 1
            tally.check(record is None, f"{name} frame {message['frame']}: is read below {message['below']}: take that out")
            continue
        tally.counts["messages"] += 1
        if record is None:
            found.differs("http", name, message["frame"], "message", message["start"], None)
        else:
            unpaired.remove(record)
            if record["incomplete"]:
                tally.counts["incomplete"] += 1
                continue
            if name.startswith("SamplePcaps/"):
                tally.check(not message["broken_rule"], f"{name} frame {message['frame']}: {message['broken_rule']} is not kept")
            if "tokens" in message:
                compare_fields(found, name, message, record)
        if found.differences and message["broken_rule"]:
            tally.counts["against the grammar, and read otherwise"] += 1
        else:
            tally.add(found)
    for record in unpaired:
        # What tshark takes for another protocol, or for a part of a message that never ends, it does not show.
        if connection(record) not in connections:
            tally.counts["not HTTP to tshark"] += 1
        elif record["incomplete"]:
            tally.counts["incomplete"] += 1
        else:
            tally.counts["messages"] += 1
            tally.differs("http", name, record["frame"], "surplus", None, record["method"] or record["status"])
    tally.passed += tally.counts["messages"] - len({d.frame for d in tally.differences})
    return tally


def connection(record):
    """Both ends of a record's connection."""
    return frozenset([(record["source"], record["source_port"]), (record["destination"], record["destination_port"])])


def partner(message, records):
    """The record that begins where a message does; where a hole makes that doubtful, that ends where it does."""
    alike = [r for r in records if r["kind"] == message["kind"] and connection(r) == message["connection"]]
    return next((r for key in ("first_frame", "frame") for r in alike if r[key] == message[key]), None)


def agrees(theirs, ours):
    """Whether both say the same, as far as it is told: what may be a secret is not."""
    return theirs == ours or ours is not None and (ours == "other" or "…" in ours)


def compare_fields(tally, name, message, record):
    frame = message["frame"]
    if frame != record["frame"]:
        tally.differs("http", name, frame, "frame", frame, record["frame"])
    if message["first_frame"] != record["first_frame"]:
        tally.differs("http", name, frame, "first_frame", message["first_frame"], record["first_frame"])
    if message["kind"] == "request":
        for field in ("method", "target", "host"):
            if message[field] is not None and not agrees(message[field], record[field]):
                tally.differs("http", name, frame, field, message[field], record[field])
        scheme = record["authorization"]["scheme"].lower() if record["authorization"] else None
        if not agrees(message["authorization"], scheme):
            tally.differs("http", name, frame, "authorization", message["authorization"], scheme)
    else:
        for field in ("status", "server"):
            if not (message[field] == record[field] or field == "server" and agrees(message[field], record[field])):
                tally.differs("http", name, frame, field, message[field], record[field])
        schemes = [c["scheme"].lower() for c in record["challenges"]]
        if len(message["challenges"]) != len(schemes) or not all(map(agrees, message["challenges"], schemes)):
            tally.differs("http", name, frame, "challenges", message["challenges"], schemes)
    compare_tokens(tally, name, message, record)


def compare_tokens(tally, name, message, record):
    """The first token of each program: its inner messages and its state."""
    frame = message["frame"]
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
