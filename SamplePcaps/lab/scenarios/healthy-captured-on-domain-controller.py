"""A healthy sign-on, captured on the domain controller

Only the Kerberos half passes there.
"""

FIRST = None
PROOF = {"capture-without-backend": (None, None)}
SHOWS = ["kerberos.msg_type == 13"]
NEVER = ["http"]
WHERE = "dc"
NEAR_MISS = ["proxy-request-never-sent", "backend-unreachable"]


def steps(lab):
    lab.sign_on()
