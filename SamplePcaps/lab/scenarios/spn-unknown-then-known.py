"""The first name is unknown, the second is not: benign

The client tries `http/nosuch.corp.example`, is told that it does not exist, and
gets its ticket for `http/app.corp.example`.
"""

FIRST = None
SHOWS = ["kerberos.error_code == 7", "http.response.code == 200"]
NEAR_MISS = ["spn-unknown"]


def steps(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        client.log_on()
        evidence = client.s4u2self("alice")
        connector.attempt(client.s4u2proxy, evidence, "http/nosuch.corp.example")
        credential = client.s4u2proxy(evidence, "http/app.corp.example")
        connector.browse("http://app.corp.example/", credential)
        return connector.log

    lab.on_connector(run)
