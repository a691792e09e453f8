"""S4U2Self succeeds, and then nothing

The connector got a ticket in alice's name for itself and never asks for the
backend: the ticket is not forwardable and the client knows it, or the portal
has no SPN. No error is on the wire.
"""

FIRST = "proxy-request-never-sent"
PROOF = {"proxy-request-never-sent": ("warning", "kerberos.msg_type == 13")}
NEAR_MISS = ["delegation-denied"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(service=None)
