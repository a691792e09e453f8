"""The user must change the password at the next logon

S4U2Self for dave is refused with KDC_ERR_KEY_EXPIRED. Nothing is wrong with the
connector or with its delegation.
"""

FIRST = "user-account-unusable"
PROOF = {"user-account-unusable": "kerberos.error_code == 23"}
NEAR_MISS = ["connector-account-unusable"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(user="dave", tickets={"find_realm": False})
