"""A firewall swallows everything to port 88

Datagrams and SYNs go out again and again; nothing ever comes back.
"""

FIRST = "kdc-unreachable"
PROOF = {"kdc-unreachable": ("error", "tcp.dstport == 88 && tcp.flags.syn == 1", 1)}
NEAR_MISS = ["kdc-udp-unanswered", "response-too-big-no-tcp"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.firewall("dc", "udp dport 88 drop", "tcp dport 88 drop")


def steps(lab):
    lab.sign_on(udp=True)
