"""The requests to the backend go to a proxy, and the proxy wants a log-on: 407

The connector was set up with an outbound proxy and sends the backend's traffic
through it as well.
"""

from backend import reply

FIRST = "backend-via-proxy"
PROOF = {"backend-via-proxy": (None, "http.response.code == 407")}
NEAR_MISS = ["backend-rejected-ticket", "negotiate-not-offered", "outbound-proxy-refused"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(407, headers=[("Proxy-Authenticate", "Negotiate")])


def prepare(lab):
    lab.imitate("proxy", answer, 3128)


def steps(lab):
    lab.sign_on(proxy=("198.51.100.40", 3128))
