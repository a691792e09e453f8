"""A referral to the second realm, followed

The connector's KDC does not know `http/portal.partner.example` and refers the
client to the trusted realm (a ticket for krbtgt/PARTNER.EXAMPLE); the domain
controller there grants the service ticket. A referral's client is the connector
itself: that is right.
"""

FIRST = None
SHOWS = ["kerberos.msg_type == 13 && ip.src == 192.0.2.11"]
NEVER = ["kerberos.error_code && !(kerberos.error_code == 25)"]
NEAR_MISS = ["realm-referral-dead-end", "referral-loop", "kdc-without-s4u", "trust-path-missing"]
NEEDS = ("partner",)
MADE_WITH = ("imitation", "samba", "partner")


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
            kdc=Kdc("192.0.2.11"),
            options=(15,),
        )
        return connector.log

    lab.on_connector(run)
