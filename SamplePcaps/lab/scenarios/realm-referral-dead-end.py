"""A referral to the second realm leads nowhere

The KDC refers the client to PARTNER.EXAMPLE; the SYNs to that realm's domain
controller stay unanswered.
"""

FIRST = ["realm-referral-dead-end", "kdc-unreachable"]
PROOF = {"realm-referral-dead-end": (None, "kerberos.msg_type == 13 && ip.src == 192.0.2.10")}
SHOWS = ["tcp.flags.syn == 1 && ip.dst == 192.0.2.11"]
NEAR_MISS = ["trust-path-missing"]
NEEDS = ("partner",)
MADE_WITH = ("imitation", "samba", "partner")


def prepare(lab):
    lab.firewall("partnerdc", "tcp dport 88 drop")


def steps(lab):
    connector = lab.client()

    def run():
        from kdc_transport import Kdc

        client = connector.client()
        client.log_on()
        referral = connector.attempt(client.ticket, "http/portal.partner.example")
        connector.attempt(
            client.ticket,
            "http/portal.partner.example",
            tgt=referral,
            realm="PARTNER.EXAMPLE",
            kdc=Kdc("192.0.2.11", patience=4),
        )
        return connector.log

    lab.on_connector(run)
