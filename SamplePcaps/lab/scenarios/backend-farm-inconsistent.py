"""One server of a farm accepts the ticket, the other rejects it

Two addresses answer for `http/farm.corp.example`. The first has the service
account's key, the second an old one: the same ticket works here and fails
there.
"""

FIRST = ["backend-farm-inconsistent", "backend-key-mismatch", "backend-rejected-ticket"]
PROOF = {"backend-farm-inconsistent": (None, "http.response.code == 401")}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["backend-401-loop", "ticket-replayed"]


def prepare(lab):
    lab.web.apache(second_keys=lab.web.keys("farm", principal="http/farm.corp.example"))


def steps(lab):
    connector = lab.client()

    def run():
        credential = connector.tickets("alice", "http/farm.corp.example")
        for address in ("192.0.2.30", "192.0.2.31"):
            connector.browse(f"http://{address}/", credential, headers={"Host": "farm.corp.example"})
        return connector.log

    lab.on_connector(run)
