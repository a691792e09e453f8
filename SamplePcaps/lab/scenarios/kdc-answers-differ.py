"""Two domain controllers answer the same request differently

The first was not told yet that `http/app.corp.example` was added to the list of
CONNECTOR4$, and refuses S4U2Proxy; the second knows it, and grants the same
request. Replication is late.
"""

from kdc_transport import Kdc
from scenario import OPEN

FIRST = OPEN
PROOF = {"kdc-answers-differ": (None, "kerberos.error_code == 13")}
SHOWS = ["kerberos.msg_type == 13 && ip.src == 192.0.2.13", "http.response.code == 200"]
NEAR_MISS = ["delegation-denied"]
NEEDS = ("replica",)
MADE_WITH = ("imitation", "samba", "apache")


def prepare(lab):
    lab.web.apache()
    lab.during(lab.replica.changed("CONNECTOR4$", msDS_AllowedToDelegateTo=["http/app.corp.example"]))
    lab.keytab("CONNECTOR4$")


def steps(lab):
    connector = lab.client(account="CONNECTOR4$")

    def run():
        client = connector.client()
        client.log_on()
        evidence = client.s4u2self("alice")
        connector.attempt(client.s4u2proxy, evidence, "http/app.corp.example")
        credential = client.s4u2proxy(evidence, "http/app.corp.example", kdc=Kdc("192.0.2.13"))
        connector.browse("http://app.corp.example/", credential)
        return connector.log

    lab.on_connector(run)
