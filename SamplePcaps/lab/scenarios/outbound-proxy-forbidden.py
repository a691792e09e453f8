"""The outbound proxy forbids the connector's CONNECT: 403

The proxy's rules do not know the service's name.
"""

from backend import reply

FIRST = "outbound-proxy-refused"
PROOF = {"outbound-proxy-refused": (None, "http.response.code == 403", 1)}
NEAR_MISS = ["authorization-denied"]
MADE_WITH = ("cloud", "backend")


def prepare(lab):
    lab.imitate("proxy", lambda request: reply(403), 3128)


def steps(lab):
    lab.cloud.connect(proxy="198.51.100.40:3128")
