"""Something resets the connection as soon as the request has gone out

The handshake to port 88 completes, the request goes out, RST comes back. An
intrusion prevention system does this.
"""

FIRST = "kdc-connection-reset"
PROOF = {"kdc-connection-reset": "tcp.flags.reset == 1 && tcp.srcport == 88"}
NEAR_MISS = ["kdc-unreachable"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.firewall("dc", "tcp dport 88 tcp flags & psh == psh reject with tcp reset")


def steps(lab):
    lab.sign_on()
