"""Delegation to a service of the second realm is refused

S4U2Proxy for `http/portal.partner.example`. The connector's own KDC would have to
refer the request to PARTNER.EXAMPLE and says KDC_ERR_BADOPTION instead; its error
names `krbtgt/PARTNER.EXAMPLE`, which nobody asked for. Who and what come from the
request. Across realms only the backend's own list counts (resource-based
delegation).
"""

FIRST = "delegation-denied"
PROOF = {"delegation-denied": "kerberos.error_code == 13"}
NEAR_MISS = ["kdc-without-s4u", "realm-referral-dead-end", "trust-path-missing"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/portal.partner.example", "outcome": "failed"}]
NEEDS = ("partner",)
MADE_WITH = ("imitation", "samba", "partner")


def steps(lab):
    lab.sign_on(service="http/portal.partner.example", url="http://portal.partner.example/")
