"""A firewall swallows everything to the backend

The tickets are granted; the SYNs to port 80 stay unanswered.
"""

FIRST = "backend-unreachable"
PROOF = {"backend-unreachable": ("error", "tcp.dstport == 80 && tcp.flags.syn == 1", 1)}
NEAR_MISS = ["backend-timeout", "kdc-unreachable"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.firewall("web", "tcp dport 80 drop")


def steps(lab):
    lab.sign_on(timeout=4)
