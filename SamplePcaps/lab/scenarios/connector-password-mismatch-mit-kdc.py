"""The connector's password does not match, in MIT's words

KDC_ERR_PREAUTH_FAILED to the AS request of CONNECTOR1$.
"""

FIRST = "connector-password-mismatch"
PROOF = {"connector-password-mismatch": "kerberos.error_code == 24"}
NEAR_MISS = ["account-password-wrong"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(tickets={"wrong_key": True})
