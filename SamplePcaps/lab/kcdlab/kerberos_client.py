"""The Kerberos half of the imitation connector: AS, S4U2Self and S4U2Proxy in
the order and with the options that Windows uses (no FAST, PA-FOR-USER,
PA-PAC-OPTIONS), built on impacket's primitives.
"""

import datetime
import random
import struct

from impacket.krb5 import constants
from impacket.krb5.asn1 import (
    AP_REQ,
    AS_REP,
    AS_REQ,
    ETYPE_INFO2,
    KERB_PA_PAC_REQUEST,
    METHOD_DATA,
    PA_ENC_TS_ENC,
    PA_FOR_USER_ENC,
    PA_PAC_OPTIONS,
    TGS_REP,
    TGS_REQ,
    Authenticator,
    EncASRepPart,
    EncryptedData,
    EncTGSRepPart,
    seq_set,
    seq_set_iter,
)
from impacket.krb5.asn1 import Ticket as TicketValue
from impacket.krb5.crypto import _HMACMD5, Key, _enctype_table, _get_checksum_profile
from impacket.krb5.types import KerberosTime, Principal, Ticket
from pyasn1.codec.der import decoder, encoder
from pyasn1.type.univ import noValue

from kdc_transport import KerberosError

NT_PRINCIPAL, NT_SRV_INST, NT_ENTERPRISE = 1, 2, 10
CHECKSUM_OF = {18: 16, 17: 15, 23: -138}
# kdc-options by bit number; as numbers: 0x40810010, 0x40810000, 0x40830000
AS_OPTIONS, TGS_OPTIONS, PROXY_OPTIONS = (1, 8, 15, 27), (1, 8, 15), (1, 8, 14, 15)
RESOURCE_BASED = 3  # the bit of PA-PAC-OPTIONS
PREAUTHENTICATION_REQUIRED = 25


def name(text, kind):
    """A principal; the enterprise form keeps its @ and its slashes in one part."""
    if kind != NT_ENTERPRISE:
        return Principal(text, type=kind)
    principal = Principal()
    principal.components, principal.type = [text], kind
    return principal


def without_outer_tag(der):
    return der[2:] if der[1] < 128 else der[2 + (der[1] & 0x7F) :]


def moment(offset=0):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=offset)


def set_padata(request, items):
    request["padata"] = noValue
    for index, (kind, value) in enumerate(items):
        request["padata"][index] = noValue
        request["padata"][index]["padata-type"] = kind
        request["padata"][index]["padata-value"] = value


class Credential:
    """A ticket with its session key and the client that it names."""

    def __init__(self, reply, key):
        self.ticket = Ticket()
        self.ticket.from_asn1(reply["ticket"])
        self.key = key
        self.client = Principal()
        self.client.from_asn1(reply, "crealm", "cname")
        self.realm = str(reply["crealm"])
        self.encryption = int(reply["ticket"]["enc-part"]["etype"])
        self.size = len(encoder.encode(reply))

    def spoil_ticket(self, at=60):
        """Flip one bit in the encrypted part."""
        data = self.ticket.encrypted_part.ciphertext  # impacket keeps it as text, one character an octet
        data = bytearray(data.encode("latin-1") if isinstance(data, str) else data)
        data[at] ^= 1
        self.ticket.encrypted_part.ciphertext = bytes(data)

    def spoil_key(self):
        self.key = Key(self.key.enctype, bytes(byte ^ 1 for byte in self.key.contents))


class KerberosClient:
    def __init__(self, kdc, realm, account, keys, kinds=(18, 17, 23, 24), clock=0):
        self.kdc, self.realm, self.account, self.keys = kdc, realm, account, keys
        self.kinds, self.clock = kinds, clock
        self.tgt = None
        self.break_request_checksum = self.break_user_checksum = False

    # The authentication service

    def _as_request(self, client, kind, padata):
        request = AS_REQ()
        request["pvno"], request["msg-type"] = 5, 10
        pac = KERB_PA_PAC_REQUEST()
        pac["include-pac"] = True
        set_padata(request, padata + [(128, encoder.encode(pac))])
        body = seq_set(request, "req-body")
        body["kdc-options"] = constants.encodeFlags(list(AS_OPTIONS))
        seq_set(body, "sname", name("krbtgt/" + self.realm, NT_SRV_INST).components_to_asn1)
        seq_set(body, "cname", name(client, kind).components_to_asn1)
        body["realm"] = self.realm
        body["till"] = body["rtime"] = KerberosTime.to_asn1(moment(36000 + self.clock))
        body["nonce"] = random.getrandbits(31)
        seq_set_iter(body, "etype", self.kinds)
        return encoder.encode(request)

    def log_on(self, wrong_key=False):
        """The machine account's own ticket: without preauthentication, then with it."""
        kind = next((kind for kind in self.kinds if kind in self.keys), self.kinds[0])
        try:
            reply = self.kdc.exchange(self._as_request(self.account, NT_PRINCIPAL, []), "AS")
        except KerberosError as error:
            if error.code != PREAUTHENTICATION_REQUIRED:
                raise
            kind = self._offered_kind(error.data) or kind
            key = self.keys[kind]
            if wrong_key:
                key = Key(kind, bytes(byte ^ 0x55 for byte in key.contents))
            stamp, now = PA_ENC_TS_ENC(), moment(self.clock)
            stamp["patimestamp"], stamp["pausec"] = KerberosTime.to_asn1(now), now.microsecond
            sealed = EncryptedData()
            sealed["etype"] = kind
            sealed["cipher"] = _enctype_table[kind].encrypt(key, 1, encoder.encode(stamp), None)
            reply = self.kdc.exchange(
                self._as_request(self.account, NT_PRINCIPAL, [(2, encoder.encode(sealed))]), "AS with a timestamp"
            )
        decoded = decoder.decode(reply, asn1Spec=AS_REP())[0]
        kind = int(decoded["enc-part"]["etype"])
        plain = _enctype_table[kind].decrypt(self.keys[kind], 3, bytes(decoded["enc-part"]["cipher"]))
        if plain[:1] == b"\x7a":  # MIT's KDC writes the tag of a TGS reply here
            plain = b"\x79" + plain[1:]
        part = decoder.decode(plain, asn1Spec=EncASRepPart())[0]
        self.tgt = Credential(decoded, Key(int(part["key"]["keytype"]), bytes(part["key"]["keyvalue"])))
        return self.tgt

    def _offered_kind(self, data):
        for item in decoder.decode(data, asn1Spec=METHOD_DATA())[0]:
            if int(item["padata-type"]) == 19:
                for entry in decoder.decode(bytes(item["padata-value"]), asn1Spec=ETYPE_INFO2())[0]:
                    if int(entry["etype"]) in self.keys:
                        return int(entry["etype"])
        return None

    def find_realm(self, user):
        """What Windows does before S4U2Self: an AS request in the user's name,
        to see which realm answers that it needs preauthentication."""
        try:
            self.kdc.exchange(self._as_request(user, NT_ENTERPRISE, []), "realm of the user")
        except KerberosError as error:
            if error.code != PREAUTHENTICATION_REQUIRED:
                raise

    # The ticket-granting service

    def ticket(
        self,
        service,
        step="TGS",
        options=TGS_OPTIONS,
        padata=(),
        evidence=None,
        kind=NT_SRV_INST,
        kinds=None,
        tgt=None,
        realm=None,
        kdc=None,
    ):
        tgt = tgt or self.tgt
        request = TGS_REQ()
        request["pvno"], request["msg-type"] = 5, 12
        body = seq_set(request, "req-body")
        body["kdc-options"] = constants.encodeFlags(list(options))
        seq_set(body, "sname", name(service, kind).components_to_asn1)
        body["realm"] = realm or self.realm
        body["till"] = KerberosTime.to_asn1(moment(36000 + self.clock))
        body["nonce"] = random.getrandbits(31)
        seq_set_iter(body, "etype", kinds or self.kinds)
        if evidence is not None:
            seq_set_iter(body, "additional-tickets", (evidence.ticket.to_asn1(TicketValue()),))
        signed = without_outer_tag(encoder.encode(body)) + (b"x" if self.break_request_checksum else b"")
        set_padata(request, [(1, self._header(tgt, signed)), *padata])
        reply = (kdc or self.kdc).exchange(encoder.encode(request), step)
        decoded = decoder.decode(reply, asn1Spec=TGS_REP())[0]
        plain = _enctype_table[int(decoded["enc-part"]["etype"])].decrypt(
            tgt.key, 8, bytes(decoded["enc-part"]["cipher"])
        )
        part = decoder.decode(plain, asn1Spec=EncTGSRepPart())[0]
        return Credential(decoded, Key(int(part["key"]["keytype"]), bytes(part["key"]["keyvalue"])))

    def _header(self, tgt, signed):
        """PA-TGS-REQ: the ticket and an authenticator with a checksum of the body,
        which Samba insists on."""
        key, now = tgt.key, moment(self.clock)
        sender = Authenticator()
        sender["authenticator-vno"], sender["crealm"] = 5, tgt.realm
        seq_set(sender, "cname", tgt.client.components_to_asn1)
        sender["cusec"], sender["ctime"] = now.microsecond, KerberosTime.to_asn1(now)
        sender["cksum"] = noValue
        sender["cksum"]["cksumtype"] = CHECKSUM_OF[key.enctype]
        sender["cksum"]["checksum"] = _get_checksum_profile(CHECKSUM_OF[key.enctype]).checksum(key, 6, signed)
        header = AP_REQ()
        header["pvno"], header["msg-type"] = 5, 14
        header["ap-options"] = constants.encodeFlags([])
        seq_set(header, "ticket", tgt.ticket.to_asn1)
        header["authenticator"] = noValue
        header["authenticator"]["etype"] = key.enctype
        header["authenticator"]["cipher"] = _enctype_table[key.enctype].encrypt(key, 7, encoder.encode(sender), None)
        return encoder.encode(header)

    def s4u2self(self, user, realm=None, **more):
        """A ticket in the user's name to the connector itself (PA-FOR-USER)."""
        realm = realm or self.realm
        kind = NT_ENTERPRISE if "@" in user else NT_PRINCIPAL
        item = PA_FOR_USER_ENC()
        seq_set(item, "userName", name(user, kind).components_to_asn1)
        item["userRealm"], item["auth-package"] = realm, "Kerberos"
        signed = struct.pack("<I", kind) + user.encode() + realm.encode() + b"Kerberos"
        item["cksum"] = noValue
        item["cksum"]["cksumtype"] = -138
        key = more["tgt"].key if more.get("tgt") else self.tgt.key
        item["cksum"]["checksum"] = _HMACMD5.checksum(key, 17, signed + (b"x" if self.break_user_checksum else b""))
        return self.ticket(self.account, "S4U2Self", padata=[(129, encoder.encode(item))], kind=NT_PRINCIPAL, **more)

    def s4u2proxy(self, evidence, service, resource_based=True, **more):
        """A ticket in the user's name to the backend, on the evidence of S4U2Self's."""
        options = PA_PAC_OPTIONS()
        options["flags"] = constants.encodeFlags([RESOURCE_BASED])
        padata = [(167, encoder.encode(options))] if resource_based else []
        return self.ticket(service, "S4U2Proxy", PROXY_OPTIONS, padata, evidence, **more)
