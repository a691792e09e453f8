"""The connector's machine password does not match the domain's

The timestamp in the AS request was encrypted with another key:
KDC_ERR_PREAUTH_FAILED for CONNECTOR1$. The dollar sign marks a machine account.
"""

FIRST = "connector-password-mismatch"
PROOF = {"connector-password-mismatch": "kerberos.error_code == 24"}
NEAR_MISS = ["account-password-wrong"]
ABSENT = ["connector-account-unusable"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(tickets={"wrong_key": True})
