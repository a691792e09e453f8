"""The user belongs to the second realm, and nobody goes there

KDC_ERR_WRONG_REALM to the AS request in zoe's name says which realm knows her.
Nothing follows for her; a minute later heidi, of the first realm, signs on with
success.
"""

FIRST = "realm-referral-dead-end"
PROOF = {"realm-referral-dead-end": (None, "kerberos.error_code == 68")}
NEAR_MISS = ["user-unknown"]
SIGN_ONS = [{"user": "heidi@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "succeeded"}]
NEEDS = ("partner",)
MADE_WITH = ("imitation", "samba", "partner", "apache")
REWRITTEN = "the second sign-on followed at once; its frames were moved by one minute."


def steps(lab):
    lab.sign_on(user="zoe@partner.example")
    lab.sign_on(user="heidi")


def rewrite(capture):
    starts = [
        index for index, frame in enumerate(capture.frames) if frame.ports[1] == 88 and frame.flags & 0x12 == 0x02
    ]
    # Three connections of zoe's come first: two for the AS, one for her realm.
    capture.delay(starts[3], 60)
