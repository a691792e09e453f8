"""A firewall resets the connection when the request has gone out

The handshake with the backend completes; the first data is answered with RST.
"""

FIRST = "backend-connection-reset"
PROOF = {"backend-connection-reset": "tcp.flags.reset == 1 && tcp.srcport == 80"}
NEAR_MISS = ["backend-unreachable"]


def prepare(lab):
    lab.web.apache()
    lab.firewall("web", "tcp dport 80 tcp flags & psh == psh reject with tcp reset")


def steps(lab):
    lab.sign_on(timeout=4)
