"""GSS-API tokens for the Authorization header: raw Kerberos and SPNEGO."""

import random
import struct

from impacket.krb5 import constants
from impacket.krb5.asn1 import AP_REQ, Authenticator, seq_set
from impacket.krb5.crypto import _enctype_table
from impacket.krb5.types import KerberosTime
from pyasn1.codec.der import encoder
from pyasn1.type.univ import noValue

from kerberos_client import moment

KRB5 = bytes.fromhex("06092a864886f712010202")
KRB5_OF_MICROSOFT = bytes.fromhex("06092a864882f712010202")
NTLMSSP = bytes.fromhex("060a2b06010401823702020a")
SPNEGO = bytes.fromhex("06062b0601050502")
MUTUAL = 2  # the bit of ap-options
GSS_CHECKSUM = 0x8003
GSS_FLAGS, GSS_MUTUAL_FLAG = 0x3C, 0x02


def tlv(tag, value):
    size = len(value)
    if size < 128:
        return bytes([tag, size]) + value
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + value


def ap_request(credential, mutual=True, clock=0):
    key, now = credential.key, moment(clock)
    sender = Authenticator()
    sender["authenticator-vno"], sender["crealm"] = 5, credential.realm
    seq_set(sender, "cname", credential.client.components_to_asn1)
    sender["cusec"], sender["ctime"] = now.microsecond, KerberosTime.to_asn1(now)
    sender["cksum"] = noValue
    sender["cksum"]["cksumtype"] = GSS_CHECKSUM
    flags = GSS_FLAGS | (GSS_MUTUAL_FLAG if mutual else 0)
    sender["cksum"]["checksum"] = struct.pack("<I", 16) + bytes(16) + struct.pack("<I", flags)
    sender["seq-number"] = random.getrandbits(30)
    request = AP_REQ()
    request["pvno"], request["msg-type"] = 5, 14
    request["ap-options"] = constants.encodeFlags([MUTUAL] if mutual else [])
    seq_set(request, "ticket", credential.ticket.to_asn1)
    request["authenticator"] = noValue
    request["authenticator"]["etype"] = key.enctype
    request["authenticator"]["cipher"] = _enctype_table[key.enctype].encrypt(key, 11, encoder.encode(sender), None)
    return encoder.encode(request)


def raw_token(credential, **more):
    """The Kerberos mechanism's own token: what the connector sends by default."""
    return tlv(0x60, KRB5 + b"\x01\x00" + ap_request(credential, **more))


def spnego_token(credential, **more):
    """The same inside SPNEGO's NegTokenInit."""
    mechanisms = tlv(0xA0, tlv(0x30, KRB5_OF_MICROSOFT + KRB5 + NTLMSSP))
    init = tlv(0x30, mechanisms + tlv(0xA2, tlv(0x04, raw_token(credential, **more))))
    return tlv(0x60, SPNEGO + tlv(0xA0, init))
