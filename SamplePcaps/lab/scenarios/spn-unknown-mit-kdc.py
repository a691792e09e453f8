"""The service name is unknown to MIT's KDC

KDC_ERR_S_PRINCIPAL_UNKNOWN to S4U2Proxy.
"""

FIRST = "spn-unknown"
PROOF = {"spn-unknown": "kerberos.error_code == 7"}
NEAR_MISS = ["service-account-unusable"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(service="http/nosuch.unix.example")
