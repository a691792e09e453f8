"""A short name that needs the search list: NXDOMAIN first, then an answer

`app.corp` does not exist as it stands; with the search suffix it does not either,
and with the full name it does. NXDOMAIN on the way to success is no failure.
"""

FIRST = None
SHOWS = ["dns.flags.rcode == 3", "http.response.code == 200"]
NEAR_MISS = ["dns-failure"]


def steps(lab):
    connector = lab.client()

    def run():
        import socket

        credential = connector.tickets("alice", "http/app.corp.example")
        try:
            socket.getaddrinfo("app-old", 80)
        except OSError as problem:
            connector.log.append(str(problem))
        connector.browse("http://app.corp.example/", credential)
        return connector.log

    lab.on_connector(run)
