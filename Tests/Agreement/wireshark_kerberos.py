"""Kerberos messages as tshark reads them, in the words of kcdtrace's message records."""
import datetime
import hashlib

from pdml import child, children, descendants, integer, number, octets, text

TYPES = {"kerberos.as_req_element": 10, "kerberos.as_rep_element": 11, "kerberos.tgs_req_element": 12,
         "kerberos.tgs_rep_element": 13, "kerberos.ap_req_element": 14, "kerberos.ap_rep_element": 15,
         "kerberos.krb_error_element": 30}


def messages_of(protocol):
    """The messages that stand directly in a protocol element of the name kerberos."""
    return [message(element) for element in protocol if element.get("name") in TYPES]


def message(element):
    """One message's fields. A field that tshark did not reach is absent, not empty."""
    kind = TYPES[element.get("name")]
    fields = {"msg_type": kind, "malformed": bool(descendants(element, "_ws.malformed"))}
    if kind in (10, 12):
        request(element, fields)
    elif kind in (11, 13):
        reply(element, fields)
    elif kind == 14:
        put_ticket(fields, child(element, "kerberos.ticket_element"))
        fields["ap_options_value"] = flags(child(element, "kerberos.ap_options"))
        fields["authenticator_etype"] = number(element, "kerberos.authenticator_element", "kerberos.etype")
    elif kind == 15:
        fields["enc_part_etype"] = number(element, "kerberos.enc_part_element", "kerberos.etype")
    else:
        error(element, fields)
    return fields


def request(element, fields):
    padata(element, fields)
    body = child(element, "kerberos.req_body_element")
    if body is None:
        return
    options = child(body, "kerberos.kdc_options")
    fields["kdc_options_value"] = flags(options)
    fields["kdc_options"] = option_names(options)
    fields["cname"] = principal(body, "cname", "CNameString")
    fields["sname"] = principal(body, "sname", "SNameString")
    fields["realm"] = text(child(body, "kerberos.realm"))
    for name, field in (("from", "kerberos.from"), ("till", "kerberos.till"), ("rtime", "kerberos.rtime")):
        fields[name] = time(child(body, field))
    fields["nonce"] = unsigned(number(body, "kerberos.nonce"))
    fields["etypes"] = [integer(e) for e in children(child(body, "kerberos.kdc-req-body.etype"), "kerberos.ENCTYPE")]
    fields["addresses"] = len(children(child(body, "kerberos.addresses"), "kerberos.HostAddress_element"))
    tickets = children(child(body, "kerberos.additional_tickets"), "kerberos.Ticket_element")
    fields["additional_tickets"] = [ticket(t) for t in tickets]


def padata(element, fields):
    """The list of padata and what can be read in it without a key."""
    items = children(child(element, "kerberos.padata"), "kerberos.PA_DATA_element")
    fields["padata"] = [number(item, "kerberos.padata_type") for item in items]
    for item in items:
        kind = child(item, "kerberos.padata_type")
        value = child(kind, "kerberos.padata_value")
        if integer(kind) == 1:
            header = child(value, "kerberos.ap_req_element")
            fields["header_ticket"] = ticket(child(header, "kerberos.ticket_element"))
        elif integer(kind) == 129:
            user = child(value, "kerberos.PA_S4U2Self_element")
            user = user if user is not None else value
            fields["for_user"] = {"name": principal(user, "name", "CNameString", "SNameString", "KerberosString"),
                                  "realm": text(child(user, "kerberos.realm"))}
        elif integer(kind) == 167:
            found = descendants(value, "kerberos.flags") + descendants(value, "kerberos.PA_PAC_OPTIONS_flags")
            if found:
                fields["pac_options_value"] = flags(found[0])
        elif integer(kind) == 128:
            include = descendants(value, "kerberos.include_pac")
            if include:
                fields["include_pac"] = include[0].get("show") in ("1", "True")


def reply(element, fields):
    padata(element, fields)
    fields["crealm"] = text(child(element, "kerberos.crealm"))
    fields["cname"] = principal(element, "cname", "CNameString")
    put_ticket(fields, child(element, "kerberos.ticket_element"))
    part = child(element, "kerberos.enc_part_element")
    fields["enc_part_etype"] = number(part, "kerberos.etype")
    fields["enc_part_kvno"] = unsigned(number(part, "kerberos.kvno"))


def error(element, fields):
    fields["error_code"] = number(element, "kerberos.error_code")
    shown = child(element, "kerberos.error_code")
    fields["error_name"] = None if shown is None else shown.get("showname").split(": ", 1)[-1].rsplit(" (", 1)[0]
    fields["cname"] = principal(element, "cname", "CNameString")
    fields["sname"] = principal(element, "sname", "SNameString")
    fields["crealm"] = text(child(element, "kerberos.crealm"))
    fields["realm"] = text(child(element, "kerberos.realm"))
    fields["e_text"] = text(child(element, "kerberos.e_text"))
    for name in ("susec", "cusec"):
        fields[name] = number(element, "kerberos." + name)
    for name in ("stime", "ctime"):
        fields[name] = time(child(element, "kerberos." + name))
    data = child(element, "kerberos.e_data")
    status = descendants(data, "kerberos.smb.nt_status")
    if status:
        fields["nt_status"] = unsigned(integer(status[0]))
    methods = [number(item, "kerberos.padata_type") for item in children(data, "kerberos.PA_DATA_element")]
    if methods:
        fields["e_data_types"] = methods


def put_ticket(fields, element):
    """A ticket, whose names are the message's own, too."""
    if element is not None:
        fields["ticket"] = ticket(element)
        fields["sname"] = fields["ticket"]["sname"]
        fields["realm"] = fields["ticket"]["realm"]


def ticket(element):
    if element is None:
        return None
    part = child(element, "kerberos.enc_part_element")
    cipher = next((c for c in part if c.get("name", "").endswith("cipher")), None) if part is not None else None
    return {"realm": text(child(element, "kerberos.realm")), "sname": principal(element, "sname", "SNameString"),
            "etype": number(part, "kerberos.etype"), "kvno": unsigned(number(part, "kerberos.kvno")),
            "digest": None if cipher is None else hashlib.sha256(octets(cipher)).hexdigest()[:32],
            "cipher_bytes": None if cipher is None else len(octets(cipher))}


def principal(element, name, *strings):
    """A name's components, joined as kcdtrace joins them."""
    found = child(element, f"kerberos.{name}_element")
    if found is None:
        return None
    parts = [e for e in found.iter() if e.get("name") in {f"kerberos.{s}" for s in strings}]
    return "/".join(text(part) for part in parts)


def flags(element):
    """A KerberosFlags as a number: its first 32 bits, missing ones zero."""
    return None if element is None else int.from_bytes((octets(element) + bytes(4))[:4], "big")


def option_names(element):
    if element is None:
        return None
    return sorted(c.get("name").rsplit("KDCOptions.", 1)[-1].replace(".", "-") for c in element if c.get("show") in ("1", "True"))


def unsigned(value):
    return None if value is None else value & 0xFFFFFFFF


def time(element):
    """A KerberosTime as kcdtrace writes times."""
    if element is None:
        return None
    try:
        moment = datetime.datetime.strptime(text(element), "%Y%m%d%H%M%SZ")
    except ValueError:
        return "unreadable " + text(element)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000000000Z")
