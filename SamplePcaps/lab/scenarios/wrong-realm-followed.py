"""The user belongs to the second realm, and the client goes there: benign

KDC_ERR_WRONG_REALM to the AS request in zoe's name says which realm knows her;
the client asks there and is told that she needs preauthentication, which is the
answer that it wanted.
"""

FIRST = None
SHOWS = ["kerberos.error_code == 68", "kerberos.error_code == 25 && ip.src == 192.0.2.11"]
NEAR_MISS = ["user-unknown", "realm-referral-dead-end"]
NEEDS = ("partner",)
MADE_WITH = ("imitation", "samba", "partner")


def steps(lab):
    connector = lab.client()

    def run():
        from kdc_transport import Kdc

        client = connector.client()
        client.log_on()
        connector.attempt(client.find_realm, "zoe@partner.example")
        client.kdc, client.realm = Kdc("192.0.2.11"), "PARTNER.EXAMPLE"
        connector.attempt(client.find_realm, "zoe@partner.example")
        return connector.log

    lab.on_connector(run)
