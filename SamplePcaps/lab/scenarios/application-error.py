"""Kerberos succeeds, the application fails: 500 with an accepting token

The ticket was accepted; what comes after is the application's own error.
"""

from backend import ACCEPTED, reply

FIRST = "application-error"
PROOF = {"application-error": "http.response.code == 500"}
NEAR_MISS = ["backend-rejected-ticket", "request-refused"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(500, f"Negotiate {ACCEPTED}", body=b"<html>Internal error</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
