"""Edits of Kerberos messages for the capture rewriter: each function here makes
an edit that `Capture.edit_kerberos` takes."""

import base64
import struct

from impacket.krb5.asn1 import AP_REQ, AS_REP, KRB_ERROR, TGS_REP, TGS_REQ
from impacket.krb5.types import Principal
from pyasn1.codec.der import decoder, encoder

from gss_token import tlv
from kerberos_client import set_padata

KRB_ERROR_TAG, AS_REP_TAG, TGS_REQ_TAG, TGS_REP_TAG = 0x7E, 0x6B, 0x6C, 0x6D
PA_TGS_REQ = 1
EXTENDED_ERROR = 3  # KERB-ERROR-DATA's type for an NTSTATUS


def extended_error(status, flags=1):
    """KERB-ERROR-DATA with an NTSTATUS, as Windows' KDCs put it into e-data:
    the status, a reserved word and flags, little-endian."""
    value = struct.pack("<III", status, 0, flags)
    return tlv(0x30, tlv(0xA1, tlv(0x02, bytes([EXTENDED_ERROR]))) + tlv(0xA2, tlv(0x04, value)))


def error(code, new_code=None, status=None, nth=None, data=None, text=None):
    """Change KRB-ERRORs with this code: another code, an NTSTATUS or other
    e-data, an e-text. `nth` picks one of them, counted from 0."""
    seen = 0

    def edit(message):
        nonlocal seen
        if message[0] != KRB_ERROR_TAG:
            return None
        value = decoder.decode(message, asn1Spec=KRB_ERROR())[0]
        if int(value["error-code"]) != code:
            return None
        seen += 1
        if nth is not None and seen - 1 != nth:
            return None
        if new_code is not None:
            value["error-code"] = new_code
        if status is not None:
            value["e-data"] = extended_error(status)
        if data is not None:
            value["e-data"] = data
        if text is not None:
            value["e-text"] = text
        return encoder.encode(value)

    return edit


def client_of_ticket_reply(name, kind=1):
    """Another cname in every TGS reply: a KDC that ignores PA-FOR-USER."""

    def edit(message):
        if message[0] != TGS_REP_TAG:
            return None
        value = decoder.decode(message, asn1Spec=TGS_REP())[0]
        principal = Principal(name, type=kind)
        principal.components_to_asn1(value["cname"])
        return encoder.encode(value)

    return edit


def krbtgt_key_version(version):
    """Another key version number on the connector's own ticket, in the AS reply
    that brings it and in each TGS request that shows it."""

    def edit(message):
        if message[0] == AS_REP_TAG:
            value = decoder.decode(message, asn1Spec=AS_REP())[0]
            value["ticket"]["enc-part"]["kvno"] = version
        elif message[0] == TGS_REQ_TAG:
            value = decoder.decode(message, asn1Spec=TGS_REQ())[0]
            for item in value["padata"]:
                if int(item["padata-type"]) == PA_TGS_REQ:
                    header = decoder.decode(bytes(item["padata-value"]), asn1Spec=AP_REQ())[0]
                    header["ticket"]["enc-part"]["kvno"] = version
                    item["padata-value"] = encoder.encode(header)
        else:
            return None
        return encoder.encode(value)

    return edit


def without_padata(kind):
    """Take one kind of preauthentication data out of every TGS request."""

    def edit(message):
        if message[0] != TGS_REQ_TAG:
            return None
        value = decoder.decode(message, asn1Spec=TGS_REQ())[0]
        kept = [(item["padata-type"], item["padata-value"]) for item in value["padata"] if item["padata-type"] != kind]
        if len(kept) == len(value["padata"]):
            return None
        set_padata(value, kept)
        return encoder.encode(value)

    return edit


def acceptor_error(code, new_code):
    """Another code in the KRB-ERROR inside a backend's Negotiate token. Both
    codes are one octet, so nothing changes its length."""
    old, new = (b"\xa6\x03\x02\x01" + bytes([number]) for number in (code, new_code))

    def edit(payload):
        head, field, rest = payload.partition(b"WWW-Authenticate: Negotiate ")
        text, end, tail = rest.partition(b"\r\n")
        if not field or not text:
            return None
        token = base64.b64decode(text)
        if old not in token:
            return None
        return head + field + base64.b64encode(token.replace(old, new)) + end + tail

    return edit
