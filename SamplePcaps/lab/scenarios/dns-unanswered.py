"""The DNS server does not answer

The look-up of the backend's name is repeated and stays without an answer. The
tickets were granted before.
"""

FIRST = "dns-failure"
PROOF = {"dns-failure": (None, "dns.flags.response == 0", 1)}
NEAR_MISS = ["backend-unreachable", "capture-one-sided"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.firewall("dc", "udp dport 53 drop")


def steps(lab):
    lab.sign_on()
