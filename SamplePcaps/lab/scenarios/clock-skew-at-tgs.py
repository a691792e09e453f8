"""The clock is wrong at the ticket-granting step only

The connector's ticket was granted with a right clock; then its clock jumped by
ten minutes, and S4U2Self is refused with KRB_AP_ERR_SKEW.
"""

FIRST = "clock-skew"
PROOF = {"clock-skew": "kerberos.error_code == 37"}
ABSENT = ["tgt-rejected", "kdc-integrity-failure"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        client.log_on()
        client.clock = -600
        connector.attempt(client.s4u2self, "alice")
        return connector.log

    lab.on_connector(run)
