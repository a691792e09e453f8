"""Only what the connector sent was captured

One direction of every connection is missing: requests without replies. Nothing
can be said about how they ended.
"""

from scenario import OPEN

FIRST = OPEN
PROOF = {"capture-one-sided": (None, None)}
SHOWS = ["kerberos.msg_type == 12", "http.request"]
NEVER = ["ip.dst == 192.0.2.20"]
NEAR_MISS = ["kdc-unreachable", "backend-unreachable", "backend-timeout", "proxy-request-never-sent"]
BPF = "src host 192.0.2.20"


def steps(lab):
    lab.sign_on()
