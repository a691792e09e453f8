"""A firewall swallows the connector's traffic to the cloud service

The name is answered, the SYNs to port 443 stay unanswered.
"""

FIRST = "cloud-port-blocked"
PROOF = {"cloud-port-blocked": (None, "tcp.flags.syn == 1 && tcp.dstport == 443", 1)}
NEAR_MISS = ["cloud-dns-failure", "backend-unreachable"]
MADE_WITH = ("cloud",)


def prepare(lab):
    lab.firewall("cloud", "tcp dport 443 drop")


def steps(lab):
    lab.cloud.connect()
