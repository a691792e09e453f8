"""The KDC's connections are reset in the middle of the chain

The connector gets its own ticket; each request for a ticket after that is
answered with RST as soon as it has gone out.
"""

FIRST = "kdc-connection-reset"
PROOF = {"kdc-connection-reset": "tcp.flags.reset == 1 && tcp.srcport == 88"}
SHOWS = ["kerberos.msg_type == 11"]
NEAR_MISS = ["kdc-unreachable"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    connector = lab.client()
    client = connector.client()

    def log_on():
        client.log_on()
        return client.tgt

    client.tgt = lab.on_connector(log_on)
    lab.firewall("dc", "tcp dport 88 tcp flags & psh == psh reject with tcp reset")

    def impersonate():
        connector.attempt(client.s4u2self, "alice")
        return connector.log

    lab.on_connector(impersonate)
