"""A disabled user, in MIT's words

KDC_ERR_CLIENT_REVOKED to S4U2Self: the user's account is locked. The connector's
own ticket was granted.
"""

FIRST = "user-account-unusable"
PROOF = {"user-account-unusable": "kerberos.error_code == 18"}
NEAR_MISS = ["connector-account-unusable"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(user="carol", tickets={"find_realm": False})
