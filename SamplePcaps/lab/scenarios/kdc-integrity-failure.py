"""The KDC finds the request altered

The body of the TGS request is not the one that its checksum was made over:
KRB_AP_ERR_BAD_INTEGRITY from port 88, not from the backend. Domain controllers of
mixed patch levels produce the same error.
"""

FIRST = "kdc-integrity-failure"
PROOF = {"kdc-integrity-failure": "kerberos.error_code == 31"}
NEAR_MISS = ["backend-rejected-ticket"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        client.log_on()
        client.break_request_checksum = True
        connector.attempt(client.s4u2self, "alice")
        return connector.log

    lab.on_connector(run)
