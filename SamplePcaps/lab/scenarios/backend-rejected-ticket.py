"""The backend rejects the ticket and does not say why

401 with a NegTokenResp in the state reject, and nothing in it.
"""

from backend import REJECTED, reply

FIRST = "backend-rejected-ticket"
PROOF = {"backend-rejected-ticket": "http.response.code == 401"}
NEAR_MISS = ["backend-401-loop", "negotiation-incomplete", "backend-key-mismatch", "authorization-denied"]
MADE_WITH = ("imitation", "samba", "backend")
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def answer(request):
    return reply(401, f"Negotiate {REJECTED}")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
