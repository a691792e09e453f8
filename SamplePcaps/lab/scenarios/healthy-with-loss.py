"""Every ninth packet is lost, and TCP repairs it

Retransmissions on both sides, and a sign-on that succeeds.
"""

FIRST = None
SHOWS = ["tcp.analysis.retransmission", "http.response.code == 200"]
NEAR_MISS = ["kdc-unreachable", "backend-unreachable", "capture-gaps", "ticket-replayed"]


def prepare(lab):
    lab.web.apache()
    lab.firewall("dc", "tcp dport 88 numgen inc mod 9 == 4 drop")
    lab.firewall("web", "tcp dport 80 numgen inc mod 4 == 2 drop")


def steps(lab):
    lab.sign_on()
