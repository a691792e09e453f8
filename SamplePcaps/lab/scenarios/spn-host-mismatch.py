"""The ticket is for another host than the request

The portal's SPN is `http/shop.corp.example`, the internal address
`http://app.corp.example/`. This backend has both keys and serves the page; one
that has only its own would refuse.
"""

from scenario import OPEN

FIRST = OPEN
PROOF = {"spn-host-mismatch": (None, "http.request")}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["spn-from-cname"]


def prepare(lab):
    lab.web.apache(keys=lab.web.joined_keys(lab.keytab("svc-app"), lab.keytab("svc-shop")))


def steps(lab):
    lab.sign_on(service="http/shop.corp.example")
