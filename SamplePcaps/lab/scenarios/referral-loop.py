"""Two realms refer the client to each other, round and round

alice is impersonated; then CORP.EXAMPLE refers the request for `http/portal.partner.example` to
PARTNER.EXAMPLE, which refers it back, and so on: suffix routing gone wrong.
"""

from kdc_transport import Kdc

FIRST = "referral-loop"
PROOF = {"referral-loop": ("error", 'kerberos.msg_type == 13 && kerberos.SNameString == "krbtgt"', 2)}
NEAR_MISS = ["trust-path-missing", "realm-referral-dead-end"]
NEEDS = ("partner",)
MADE_WITH = ("imitation", "samba", "partner")
REWRITTEN = (
    "the requests to PARTNER.EXAMPLE asked for a name that belongs to CORP.EXAMPLE, so that it refers "
    "back; they were made to ask for the first name, which is as long."
)

ASKED, FOREIGN = "portal.partner.example", "abcdefghi.corp.example"


def steps(lab):
    connector = lab.client()

    def run():
        client = connector.client()
        client.log_on()
        client.s4u2self("alice")
        for _ in range(4):
            there = client.ticket("http/" + ASKED, options=(15,))
            client.ticket("http/" + FOREIGN, options=(15,), tgt=there, realm="PARTNER.EXAMPLE", kdc=Kdc("192.0.2.11"))
        return connector.log

    lab.on_connector(run)


def rewrite(capture):
    old, new = FOREIGN.encode(), ASKED.encode()
    assert len(old) == len(new)
    capture.edit_kerberos(lambda message: message.replace(old, new) if old in message else None)
