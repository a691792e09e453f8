"""NTLM stands before Negotiate

A request without a token is answered with the challenges NTLM and Negotiate, in
this order. This client insists on Kerberos and gets through; one that takes the
first offer uses NTLM.
"""

from backend import ACCEPTED, reply
from scenario import OPEN

FIRST = OPEN
PROOF = {"ntlm-offered-first": (None, "http.response.code == 401")}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["negotiate-not-offered", "ntlm-fallback"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    if request.scheme != "Negotiate":
        return reply(401, "NTLM", "Negotiate")
    return reply(200, f"Negotiate {ACCEPTED}", body=b"<html>welcome</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"challenge_first": True})
