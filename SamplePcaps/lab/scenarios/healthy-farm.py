"""Two servers of a farm with the same key

The same as `backend-farm-inconsistent`, with the service account's key on both:
both accept.
"""

FIRST = None
SHOWS = ["http.response.code == 200 && ip.src == 192.0.2.30", "http.response.code == 200 && ip.src == 192.0.2.31"]
NEAR_MISS = ["backend-farm-inconsistent", "ticket-replayed"]


def steps(lab):
    connector = lab.client()

    def run():
        credential = connector.tickets("alice", "http/farm.corp.example")
        for address in ("192.0.2.30", "192.0.2.31"):
            connector.browse(f"http://{address}/", credential, headers={"Host": "farm.corp.example"})
        return connector.log

    lab.on_connector(run)
