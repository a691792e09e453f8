"""The outbound proxy wants the connector to log on: 407 to CONNECT

The connector service cannot authenticate to a proxy.
"""

from backend import reply

FIRST = "outbound-proxy-refused"
PROOF = {"outbound-proxy-refused": (None, "http.response.code == 407", 1)}
NEAR_MISS = ["backend-via-proxy", "cloud-port-blocked"]
MADE_WITH = ("cloud", "backend")


def prepare(lab):
    lab.imitate("proxy", lambda request: reply(407, headers=[("Proxy-Authenticate", "Negotiate")]), 3128)


def steps(lab):
    lab.cloud.connect(proxy="198.51.100.40:3128")
