"""The clock was wrong once, and was corrected

KRB_AP_ERR_SKEW to the first AS request; the client takes the KDC's time from the
error and succeeds with the second.
"""

from scenario import OPEN

FIRST = OPEN
SHOWS = ["kerberos.error_code == 37", "http.response.code == 200"]
NEAR_MISS = ["connector-password-mismatch"]


def steps(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        client.clock = -600
        connector.attempt(client.log_on)
        client.clock = 0
        client.log_on()
        credential = client.s4u2proxy(client.s4u2self("alice"), "http/app.corp.example")
        connector.browse("http://app.corp.example/", credential)
        return connector.log

    lab.on_connector(run)
