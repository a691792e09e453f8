"""The user's account has expired

KDC_ERR_NAME_EXP to S4U2Self.
"""

FIRST = "user-account-unusable"
PROOF = {"user-account-unusable": "kerberos.error_code == 1"}
NEAR_MISS = ["connector-account-unusable", "service-account-unusable"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(user="dave", tickets={"find_realm": False})
