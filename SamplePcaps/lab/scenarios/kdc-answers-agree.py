"""Two domain controllers refuse the same request

Both say KDC_ERR_BADOPTION: it is the delegation, and not one controller's copy of
it.
"""

from kdc_transport import Kdc

FIRST = "delegation-denied"
PROOF = {"delegation-denied": "kerberos.error_code == 13"}
SHOWS = ["kerberos.error_code == 13 && ip.src == 192.0.2.13"]
NEAR_MISS = ["kdc-answers-differ"]
NEEDS = ("replica",)
MADE_WITH = ("imitation", "samba")


def steps(lab):
    connector = lab.client(account="CONNECTOR4$", keytab=lab.keytab("CONNECTOR4$"))

    def run():
        client = connector.client()
        client.log_on()
        evidence = client.s4u2self("alice")
        connector.attempt(client.s4u2proxy, evidence, "http/app.corp.example")
        connector.attempt(client.s4u2proxy, evidence, "http/app.corp.example", kdc=Kdc("192.0.2.13"))
        return connector.log

    lab.on_connector(run)
