"""The user belongs to the second realm, and nobody goes there

KDC_ERR_WRONG_REALM to the AS request in zoe's name says which realm knows her.
Nothing follows.
"""

FIRST = "realm-referral-dead-end"
PROOF = {"realm-referral-dead-end": (None, "kerberos.error_code == 68")}
NEAR_MISS = ["user-unknown"]
NEEDS = ("partner",)
MADE_WITH = ("imitation", "samba", "partner")


def steps(lab):
    lab.sign_on(user="zoe@partner.example")
