"""The second realm: a domain controller of its own, and a two-way trust that is
written into both directories without any remote procedure call."""

import time

from dns_zones import add_dns_records
from samba_kdc import AES_ONLY, Domain
from topology import BASE_DN, PARTNER_DN, PARTNER_DOMAIN, PARTNER_REALM, REALM, password

TRUST_SECRET = "Lab-only-trust-2Wq!"
FOREST_TRANSITIVE, UPLEVEL, BIDIRECTIONAL = "8", "2", "3"
# Samba's permission to write what only it may write: the secrets of a trust.
AS_SYSTEM = ["local_oid:1.3.6.1.4.1.7165.4.3.16:0"]
PARTNER_USER, PARTNER_SERVICE = "zoe", "http/portal.partner.example"


def build(lab):
    partner = Domain(lab.hosts["partnerdc"], lab.state, PARTNER_REALM, PARTNER_DN)
    partner.provision()
    partner.edit(_populate)
    sids = [domain.edit(lambda domain, database: str(database.get_domain_sid())) for domain in (lab.domain, partner)]
    lab.domain.edit(_trust(BASE_DN, PARTNER_REALM, sids[1]))
    partner.edit(_trust(PARTNER_DN, REALM, sids[0]))
    partner.start()
    # The first domain reads its trusts when it starts.
    lab.domain.stop()
    lab.domain.start()
    return partner


def _populate(domain, database):
    database.set_pwdProperties("0")
    database.newuser(PARTNER_USER, password(PARTNER_USER))
    database.newuser("svc-portal", password("svc-portal"))
    domain.set_attributes(
        database, "svc-portal", servicePrincipalName=[PARTNER_SERVICE], msDS_SupportedEncryptionTypes=AES_ONLY
    )
    add_dns_records(database, PARTNER_DOMAIN, {"portal": ["192.0.2.30"]})


def _trust(base, other, sid):
    """An edit that makes this domain trust the other, and be trusted."""

    def edit(domain, database):
        import ldb
        from samba import unix2nttime
        from samba.dcerpc import drsblobs, lsa, security
        from samba.ndr import ndr_pack

        secret = TRUST_SECRET.encode("utf-16-le")
        clear = drsblobs.AuthInfoClear()
        clear.size, clear.password = len(secret), list(secret)
        item = drsblobs.AuthenticationInformation()
        item.LastUpdateTime = unix2nttime(int(time.time()) - 3600)
        item.AuthType, item.AuthInfo = lsa.TRUST_AUTH_TYPE_CLEAR, clear
        items = drsblobs.AuthenticationInformationArray()
        items.count, items.array = 1, [item]
        blob = drsblobs.trustAuthInOutBlob()
        blob.count, blob.current = 1, items
        flat, dns = other.split(".")[0], other.lower()
        database.add(
            {
                "dn": ldb.Dn(database, f"CN={dns},CN=System,{base}"),
                "objectClass": "trustedDomain",
                "trustType": UPLEVEL,
                "trustAttributes": FOREST_TRANSITIVE,
                "trustDirection": BIDIRECTIONAL,
                "trustPartner": dns,
                "flatName": flat,
                "securityIdentifier": ndr_pack(security.dom_sid(sid)),
                "msDS-SupportedEncryptionTypes": AES_ONLY,
                "trustAuthIncoming": ndr_pack(blob),
                "trustAuthOutgoing": ndr_pack(blob),
            },
            AS_SYSTEM,
        )

    return edit
