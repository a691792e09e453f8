"""The KDC does not take the connector's ticket

KRB_AP_ERR_NOT_US from port 88 to the first TGS request: the ticket was made by
another realm or with a key that is gone.
"""

import kerberos_edit

FIRST = "tgt-rejected"
PROOF = {"tgt-rejected": "kerberos.error_code == 35"}
NEAR_MISS = ["kdc-integrity-failure", "backend-key-mismatch"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the code of the KRB-ERROR was changed from 31, Samba's answer to a damaged ticket, to 35."


def steps(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        client.log_on().spoil_ticket()
        connector.attempt(client.s4u2self, "alice")
        return connector.log

    lab.on_connector(run)


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(31, new_code=35)) == 1
