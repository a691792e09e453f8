"""The connector's ticket has expired, and it gets a new one: benign

Eleven hours pass between two sign-ons. The KDC refuses the old ticket with
KRB_AP_ERR_TKT_EXPIRED; the connector logs on again and carries on.
"""

FIRST = None
SHOWS = ["kerberos.error_code == 32", "kerberos.msg_type == 13"]
PROOF = {"tgt-expired": ("info", "kerberos.error_code == 32")}
NEAR_MISS = ["clock-skew", "tgt-rejected"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the KDC and the client had clocks eleven hours ahead; the times of all frames were moved by eleven hours."


def prepare(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        return client.log_on()

    lab.old_ticket = lab.on_connector(run)
    lab.wrong_clock("+11h")


def steps(lab):
    connector = lab.client(clock=11 * 3600)

    def run():
        client = connector.client()
        client.tgt = lab.old_ticket
        connector.attempt(client.s4u2self, "alice")
        client.log_on()
        client.s4u2proxy(client.s4u2self("alice"), "http/app.corp.example")
        return connector.log

    lab.on_connector(run)


def rewrite(capture):
    capture.delay(0, 11 * 3600)
