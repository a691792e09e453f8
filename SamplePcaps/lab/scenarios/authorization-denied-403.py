"""Kerberos succeeds, the application says no: 403 with an accepting token

The backend accepts the ticket (accept-completed) and forbids the page. Nothing
is wrong with the delegation.
"""

from backend import ACCEPTED, reply

FIRST = "authorization-denied"
PROOF = {"authorization-denied": "http.response.code == 403"}
NEAR_MISS = ["request-refused", "backend-rejected-ticket"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(403, f"Negotiate {ACCEPTED}", body=b"<html>Forbidden</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
