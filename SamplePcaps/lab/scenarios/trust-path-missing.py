"""No trust leads to the other realm

alice is impersonated, and the way to the backend leads through another realm: a
ticket for `krbtgt/NOWHERE.EXAMPLE` is refused with KDC_ERR_S_PRINCIPAL_UNKNOWN.
The unknown name is a realm's, not a service's.
"""

FIRST = "trust-path-missing"
PROOF = {"trust-path-missing": "kerberos.error_code == 7"}
NEAR_MISS = ["spn-unknown"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        client.log_on()
        client.s4u2self("alice")
        connector.attempt(client.ticket, "krbtgt/NOWHERE.EXAMPLE")
        return connector.log

    lab.on_connector(run)
