"""The connector's ticket has expired, and no new one is asked for

KRB_AP_ERR_TKT_EXPIRED, and nothing after it.
"""

from scenario import OPEN

FIRST = OPEN
SHOWS = ["kerberos.error_code == 32"]
NEAR_MISS = ["tgt-rejected"]
PROOF = {"tgt-expired": (None, "kerberos.error_code == 32")}
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the KDC and the client had clocks eleven hours ahead; the times of all frames were moved by eleven hours."


def prepare(lab):
    connector = lab.client()
    lab.old_ticket = lab.on_connector(lambda: connector.client().log_on())
    lab.wrong_clock("+11h")


def steps(lab):
    connector = lab.client(clock=11 * 3600)

    def run():
        client = connector.client()
        client.tgt = lab.old_ticket
        connector.attempt(client.s4u2self, "alice")
        return connector.log

    lab.on_connector(run)


def rewrite(capture):
    capture.delay(0, 11 * 3600)
