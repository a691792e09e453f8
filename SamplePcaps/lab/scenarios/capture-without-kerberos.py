"""Requests without tokens, and no Kerberos anywhere in the capture

Only the backend's port was captured, and the connector sends no Authorization
field: nothing here says why.
"""

from scenario import OPEN

FIRST = OPEN
PROOF = {"capture-without-kerberos": (None, None)}
SHOWS = ["http.request"]
NEVER = ["kerberos"]
NEAR_MISS = ["kdc-unreachable"]
BPF = "tcp port 80"


def steps(lab):
    connector = lab.client()

    def run():
        connector.request("http://app.corp.example/")
        connector.close()
        return connector.log

    lab.on_connector(run)
