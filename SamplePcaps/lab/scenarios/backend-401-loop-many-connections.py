"""A 401 loop over many connections

The backend closes the connection after each 401, so each round travels on a
connection of its own. It is one loop all the same: one user, one address.
"""

from backend import reply

FIRST = "backend-401-loop"
PROOF = {"backend-401-loop": ("error", "http.response.code == 401", 3)}
NEAR_MISS = ["backend-connection-reset"]
MADE_WITH = ("imitation", "samba", "backend")
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def answer(request):
    return reply(401, "Negotiate", "NTLM", close=True)


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"rounds": 5})
