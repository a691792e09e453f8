"""A disabled user, in Samba's words

Samba answers S4U2Self for a disabled user with KDC_ERR_POLICY, where Windows
says KDC_ERR_CLIENT_REVOKED. The wire says policy.
"""

FIRST = ["kdc-policy-rejected", "user-account-unusable"]
PROOF = {"kdc-policy-rejected": "kerberos.error_code == 12"}
NEAR_MISS = ["connector-account-unusable"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(user="carol", tickets={"find_realm": False})
