"""MIT's KDC finds the request altered

The checksum in PA-FOR-USER does not fit the name: KRB_AP_ERR_MODIFIED from
port 88.
"""

FIRST = "kdc-integrity-failure"
PROOF = {"kdc-integrity-failure": "kerberos.error_code == 41"}
NEAR_MISS = ["backend-rejected-ticket"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    connector = lab.client(realm="UNIX.EXAMPLE", kdc="192.0.2.12", keytab=lab.unix.keytab("CONNECTOR1$"))

    def run():
        client = connector.client()
        client.log_on()
        client.break_user_checksum = True
        connector.attempt(client.s4u2self, "alice")
        return connector.log

    lab.on_connector(run)
