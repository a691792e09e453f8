"""A proxy found by itself (WPAD) carries the connector's traffic

The name wpad.corp.example is answered, wpad.dat is fetched, and the next request
goes to the proxy that it names.
"""

from backend import reply
from scenario import OPEN

FIRST = OPEN
PROOF = {"wpad-proxy-in-use": (None, 'http.request.uri contains "wpad.dat"', 1)}
NEAR_MISS = ["outbound-proxy-refused"]
MADE_WITH = ("cloud", "curl", "backend")
FILE = b'function FindProxyForURL(url, host) { return "PROXY proxy.corp.example:3128"; }\n'


def prepare(lab):
    lab.imitate("proxy", lambda request: reply(200, body=FILE), 80)
    lab.imitate("proxy", lambda request: reply(200, body=b"tunnelled"), 3128)


def steps(lab):
    lab.mit_tools("curl", "-sS", "-o", "/dev/null", "http://wpad.corp.example/wpad.dat")
    lab.mit_tools(
        "curl", "-sS", "-o", "/dev/null", "-x", "http://proxy.corp.example:3128", "http://tenant.msappproxy.net/"
    )
