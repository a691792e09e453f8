"""No KDC runs on the domain controller

Each connection to port 88 is refused with RST at once.
"""

FIRST = "kdc-unreachable"
PROOF = {"kdc-unreachable": "tcp.flags.reset == 1 && tcp.srcport == 88"}
NEAR_MISS = ["kdc-connection-reset", "dc-locator-failed"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.domain.stop()
    lab.afterwards(lab.domain.start)


def steps(lab):
    lab.sign_on()
