"""The backend's name is an alias, and the service name was taken from its target

The portal's address is `http://intranet.corp.example/`, the DNS says that this is
an alias of app.corp.example, and the ticket is for the target's name.
"""

from scenario import OPEN

FIRST = OPEN
PROOF = {"spn-from-cname": (None, "dns.cname", 1)}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["dns-failure", "spn-unknown"]


def steps(lab):
    lab.sign_on(url="http://intranet.corp.example/")
