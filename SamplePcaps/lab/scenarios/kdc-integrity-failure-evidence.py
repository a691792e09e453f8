"""The KDC cannot decrypt the evidence of the delegation

One bit of the S4U2Self ticket was flipped on its way into the S4U2Proxy
request, so the KDC cannot check it: KRB_AP_ERR_BAD_INTEGRITY from port 88.
"""

FIRST = "kdc-integrity-failure"
PROOF = {"kdc-integrity-failure": "kerberos.error_code == 31"}
NEAR_MISS = ["backend-key-mismatch", "delegation-denied"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        client.log_on()
        evidence = client.s4u2self("alice")
        evidence.spoil_ticket()
        connector.attempt(client.s4u2proxy, evidence, "http/app.corp.example")
        return connector.log

    lab.on_connector(run)
