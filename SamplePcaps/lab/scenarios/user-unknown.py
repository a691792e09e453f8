"""The KDC does not know the user

The AS request that looks for the user's realm is answered with
KDC_ERR_C_PRINCIPAL_UNKNOWN: no account has this name. The connector's own
ticket was granted just before.
"""

FIRST = "user-unknown"
PROOF = {"user-unknown": "kerberos.error_code == 6"}
NEAR_MISS = ["connector-account-unusable"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(user="mallory")
