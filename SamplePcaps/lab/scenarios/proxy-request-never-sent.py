"""S4U2Self succeeds, and then nothing

The connector got a ticket in alice's name for itself and never asks for the
backend: the ticket is not forwardable and the client knows it, or the portal
has no SPN. No error is on the wire. A minute later heidi signs on with success,
so the capture did not just end too early.
"""

from scenario import OPEN

FIRST = OPEN
PROOF = {"proxy-request-never-sent": (None, "kerberos.msg_type == 13", 1)}
NEAR_MISS = ["delegation-denied"]
SIGN_ONS = [{"user": "heidi@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "succeeded"}]
REWRITTEN = "the second sign-on followed at once; its frames were moved by one minute."


def steps(lab):
    lab.sign_on(service=None)
    lab.sign_on(user="heidi")


def rewrite(capture):
    starts = [
        index for index, frame in enumerate(capture.frames) if frame.ports[1] == 88 and frame.flags & 0x12 == 0x02
    ]
    # Four connections of alice's come first: two for the AS, one for her realm, S4U2Self.
    capture.delay(starts[4], 60)
