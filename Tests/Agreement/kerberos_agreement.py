"""Kerberos messages: what kcdtrace reads against what tshark reads, field by field."""
import wireshark_kerberos
from tally import Tally

# Compared where tshark reached the field.
FIELDS = ["msg_type", "error_code", "cname", "crealm", "sname", "realm", "kdc_options_value", "etypes", "padata", "nonce",
          "from", "till", "rtime", "e_text", "stime", "susec", "ctime", "cusec", "ap_options_value", "authenticator_etype",
          "enc_part_etype", "enc_part_kvno", "pac_options_value", "include_pac", "nt_status"]
# Fields in which one program may leave out what the other shows as empty.
EMPTY = {None, ""}


def theirs(packets):
    """tshark's messages on port 88, by frame, in order."""
    return [(packet.frame, message) for packet in packets if 88 in packet.ports()
            for protocol in packet.protocols if protocol.get("name") == "kerberos"
            for message in wireshark_kerberos.messages_of(protocol)]


def compare(readings):
    """One capture's tally."""
    tally = Tally()
    name = readings.name
    packets, fault = readings.dissection
    if fault:
        tally.counts["unread by tshark"] += 1
        return tally
    expected = theirs(packets)
    ours = readings.records("kerberos")
    by_frame = {}
    for record in ours:
        by_frame.setdefault(record["frame"], []).append(record)
    for frame, message in expected:
        tally.counts["messages"] += 1
        candidates = by_frame.get(frame, [])
        record = next((r for r in candidates if r["msg_type"] == message["msg_type"]), None)
        if record is None:
            # tshark shows a repeated segment's message again; kcdtrace marks it as a copy.
            tally.differs("kerberos", name, frame, "message", message["msg_type"], None)
            continue
        candidates.remove(record)
        if message["malformed"] or record["incomplete"]:
            tally.counts["incomplete"] += 1
            continue
        for field in FIELDS:
            if field not in message:
                continue
            left, right = message[field], record.get(field)
            if left != right and not (left in EMPTY if not isinstance(left, list) else False) :
                tally.differs("kerberos", name, frame, field, left, right)
        compare_tickets(tally, name, frame, message, record)
        user, own = message.get("for_user"), record.get("for_user")
        if user and (own is None or user["name"] != own["name"] or user["realm"] != own["realm"]):
            tally.differs("kerberos", name, frame, "for_user", user, own)
    tally.passed += len(expected) - len({d.frame for d in tally.differences})
    return tally


def compare_tickets(tally, name, frame, message, record):
    pairs = [("ticket", message.get("ticket"), record.get("ticket")),
             ("header_ticket", message.get("header_ticket"), record.get("header_ticket"))]
    for index, ticket in enumerate(message.get("additional_tickets") or []):
        own = record["additional_tickets"]
        pairs.append((f"additional_tickets[{index}]", ticket, own[index] if index < len(own) else None))
    for field, left, right in pairs:
        if left is None:
            continue
        for key in ("realm", "sname", "etype", "kvno", "digest"):
            if left[key] is not None and (right is None or left[key] != right.get(key)):
                tally.differs("kerberos", name, frame, f"{field}.{key}", left[key], right and right.get(key))
