"""After the sign-on the application redirects to a host that is not published

302 with an accepting token to `http://app-internal.corp.example:8080/`: the
user's browser cannot get there.
"""

from backend import ACCEPTED, reply

FIRST = "redirect-to-unpublished-host"
PROOF = {"redirect-to-unpublished-host": (None, "http.response.code == 302")}
NEAR_MISS = ["anonymous-first-backend"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(302, f"Negotiate {ACCEPTED}", headers=[("Location", "http://app-internal.corp.example:8080/start")])


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
