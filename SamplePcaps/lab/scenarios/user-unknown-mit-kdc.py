"""The user is unknown to MIT's KDC

KDC_ERR_C_PRINCIPAL_UNKNOWN to S4U2Self.
"""

FIRST = "user-unknown"
PROOF = {"user-unknown": "kerberos.error_code == 6"}
NEAR_MISS = ["connector-account-unusable"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(user="mallory", tickets={"find_realm": False})
