"""Two users and two backends, interleaved

alice opens one application and heidi another, each step of one between two
steps of the other. Joining by time or by address would mix them up; the tickets
tell them apart.
"""

NEAR_MISS = ["spn-host-mismatch", "ticket-replayed"]
SIGN_ONS = [
    {"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "succeeded"},
    {"user": "heidi@CORP.EXAMPLE", "service": "http/shop.corp.example", "outcome": "succeeded"},
]


def prepare(lab):
    both = lab.web.joined_keys(lab.keytab("svc-app"), lab.keytab("svc-shop"))
    lab.web.apache(keys=both)


def steps(lab):
    connector = lab.client()

    def run():
        from gss_token import spnego_token

        first, second = connector.client(), connector.client()
        first.log_on()
        second.tgt = first.tgt
        evidence_of_alice = first.s4u2self("alice")
        evidence_of_heidi = second.s4u2self("heidi")
        ticket_of_alice = first.s4u2proxy(evidence_of_alice, "http/app.corp.example")
        ticket_of_heidi = second.s4u2proxy(evidence_of_heidi, "http/shop.corp.example")
        connector.request("http://app.corp.example/", spnego_token(ticket_of_alice))
        connector.close()
        connector.request("http://shop.corp.example/", spnego_token(ticket_of_heidi))
        connector.close()
        return connector.log

    lab.on_connector(run)
