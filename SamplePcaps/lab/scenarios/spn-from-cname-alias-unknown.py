"""The backend's name is an alias, and no account carries the alias

`http/intranet.corp.example` is unknown to the KDC: the DNS has it as an alias of
app.corp.example, whose name is registered.
"""

FIRST = ["spn-unknown", "spn-from-cname"]
PROOF = {"spn-unknown": (None, "kerberos.error_code == 7")}
SHOWS = ["dns.cname"]
NEAR_MISS = ["dns-failure"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    def look_up():
        import socket

        socket.getaddrinfo("intranet.corp.example", 80)

    lab.on_connector(look_up)
    lab.sign_on(service="http/intranet.corp.example", url="http://intranet.corp.example/")
