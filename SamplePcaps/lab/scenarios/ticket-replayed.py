"""The same request with the same token arrives twice

A retrying middle box sends the identical token, authenticator included, a second
time, and the backend's replay cache notices.
"""

FIRST = ["ticket-replayed", "backend-rejected-ticket"]
PROOF = {"ticket-replayed": (None, "http.response.code == 401")}
NEAR_MISS = ["backend-401-loop", "by-design-401"]


def steps(lab):
    connector = lab.client()

    def run():
        from gss_token import spnego_token

        token = spnego_token(connector.tickets("alice", "http/app.corp.example"))
        connector.request("http://app.corp.example/", token)
        connector.close()
        connector.request("http://app.corp.example/", token)
        connector.close()
        return connector.log

    lab.on_connector(run)
