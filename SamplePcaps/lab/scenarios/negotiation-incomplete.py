"""The backend wants another leg, and none follows

401 with a NegTokenResp in the state accept-incomplete; the connector has
nothing more to send.
"""

from backend import INCOMPLETE, reply

FIRST = "negotiation-incomplete"
PROOF = {"negotiation-incomplete": "http.response.code == 401"}
NEAR_MISS = ["backend-rejected-ticket", "backend-401-loop"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(401, f"Negotiate {INCOMPLETE}")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
