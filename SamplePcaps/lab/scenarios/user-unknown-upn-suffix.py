"""The user's UPN suffix belongs to no realm

alice exists, but not as `alice@contoso.example`: the suffix is neither the
domain's nor an alternative of it. KDC_ERR_C_PRINCIPAL_UNKNOWN.
"""

FIRST = "user-unknown"
PROOF = {"user-unknown": "kerberos.error_code == 6"}
NEAR_MISS = ["realm-referral-dead-end", "connector-account-unusable"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(user="alice@contoso.example")
