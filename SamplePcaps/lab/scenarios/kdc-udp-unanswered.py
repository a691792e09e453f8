"""UDP to the KDC is blocked, TCP works

Two datagrams stay without an answer; the client changes to TCP and everything
succeeds, a few seconds late.
"""

FIRST = None
PROOF = {"kdc-udp-unanswered": ("info", "udp.dstport == 88", 1)}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["kdc-unreachable"]


def prepare(lab):
    lab.web.apache()
    lab.firewall("dc", "udp dport 88 drop")


def steps(lab):
    lab.sign_on(udp=True, patience=1)
