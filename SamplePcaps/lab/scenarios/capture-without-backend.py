"""Only Kerberos was captured

A capture filter for port 88 left the backend out. The Kerberos half is healthy.
"""

FIRST = None
PROOF = {"capture-without-backend": (None, None)}
NEVER = ["http"]
SHOWS = ["kerberos.msg_type == 13"]
NEAR_MISS = ["backend-unreachable", "proxy-request-never-sent"]
BPF = "port 88"


def steps(lab):
    lab.sign_on()
