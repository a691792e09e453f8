"""Nothing listens on the backend's port

The SYN is answered with RST.
"""

FIRST = "backend-unreachable"
PROOF = {"backend-unreachable": "tcp.flags.reset == 1 && tcp.srcport == 80"}
NEAR_MISS = ["backend-connection-reset", "kdc-unreachable"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.web.quiet()


def steps(lab):
    lab.sign_on()
