"""Four requests with tokens on one connection, four times 401

The backend answers each token with the bare challenge Negotiate, as if none had
come. The connector tries again and again.
"""

from backend import reply

FIRST = "backend-401-loop"
PROOF = {"backend-401-loop": ("error", "http.response.code == 401", 3)}
NEAR_MISS = ["by-design-401", "authorization-denied"]
MADE_WITH = ("imitation", "samba", "backend")
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def answer(request):
    return reply(401, "Negotiate")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"rounds": 4})
