"""The ticket comes from the cache: a request with a token, nothing on port 88

The connector got its tickets before the capture began, as it does for up to
fifteen minutes after each sign-on. The capture is healthy, and says nothing
about the Kerberos half.
"""

FIRST = None
PROOF = {"ticket-from-cache": ("info", "http.request")}
NEAR_MISS = ["user-ticket-never-requested"]
SIGN_ONS = [{"service": "http/app.corp.example", "outcome": "succeeded"}]


def prepare(lab):
    lab.web.apache()
    connector = lab.client()
    lab.cached = lab.on_connector(lambda: connector.tickets("alice", "http/app.corp.example"))


def steps(lab):
    connector = lab.client()
    lab.on_connector(lambda: connector.browse("http://app.corp.example/", lab.cached) and None)
