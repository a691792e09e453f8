"""401 without any challenge

The backend refuses and names no way to authenticate at all.
"""

from backend import reply

FIRST = "negotiate-not-offered"
PROOF = {"negotiate-not-offered": "http.response.code == 401"}
NEAR_MISS = ["backend-rejected-ticket"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(401)


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
