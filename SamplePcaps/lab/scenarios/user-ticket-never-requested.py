"""The connector asks for nothing in any user's name

It has its own ticket, and sends the requests to the backend without any
Authorization. No UPN reached it, or single sign-on is off.
"""

from scenario import OPEN

FIRST = OPEN
PROOF = {"user-ticket-never-requested": (None, "http.request", 1)}
NEAR_MISS = ["proxy-request-never-sent", "ticket-from-cache", "negotiate-not-offered"]


def steps(lab):
    connector = lab.client()

    def run():
        connector.client().log_on()
        for path in ("", "reports/"):
            connector.request("http://app.corp.example/" + path)
        connector.close()
        return connector.log

    lab.on_connector(run)
