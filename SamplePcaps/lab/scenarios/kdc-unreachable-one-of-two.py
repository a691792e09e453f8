"""The first domain controller is silent, the second answers

The client's SYN to one controller stays unanswered; it goes to the next and the
sign-on succeeds.
"""

from kdc_transport import Kdc
from scenario import OPEN

FIRST = OPEN
SHOWS = ["tcp.flags.syn == 1 && ip.dst == 192.0.2.13", "http.response.code == 200"]
NEAR_MISS = ["kdc-connection-reset", "kdc-udp-unanswered"]


def prepare(lab):
    lab.web.apache()
    lab.firewall("replicadc", "tcp dport 88 drop")


def steps(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        client.kdc = Kdc("192.0.2.13", patience=2)
        connector.attempt(client.log_on)
        client.kdc = connector.kdc
        client.log_on()
        credential = client.s4u2proxy(client.s4u2self("alice"), "http/app.corp.example")
        connector.browse("http://app.corp.example/", credential)
        return connector.log

    lab.on_connector(run)
