"""Kerberos succeeds, the page is for others: Apache's 401 with an accepting token

Apache lets only another user in. It accepts alice's ticket, shows so with its
half of the mutual authentication, and still says 401.
"""

FIRST = "authorization-denied"
PROOF = {"authorization-denied": ("error", "http.response.code == 401", 1)}
NEAR_MISS = ["backend-401-loop", "backend-rejected-ticket"]


def prepare(lab):
    lab.web.apache(require="user nobody@CORP.EXAMPLE")


def steps(lab):
    lab.sign_on(browse={"rounds": 3})
