"""The service's account has expired

KDC_ERR_SERVICE_EXP to S4U2Proxy: the name is known, listed, and past its date.
"""

FIRST = "service-account-unusable"
PROOF = {"service-account-unusable": "kerberos.error_code == 2"}
NEAR_MISS = ["user-account-unusable", "spn-unknown"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(service="http/expired.unix.example")
