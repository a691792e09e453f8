"""A wrong password for an account that is no machine

The same KDC_ERR_PREAUTH_FAILED as in `connector-password-mismatch`, for
`svc-shop`: without the dollar sign it is not the connector that signs on.
"""

FIRST = "account-password-wrong"
PROOF = {"account-password-wrong": "kerberos.error_code == 24"}
NEAR_MISS = ["connector-password-mismatch"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(account="svc-shop", tickets={"wrong_key": True})
