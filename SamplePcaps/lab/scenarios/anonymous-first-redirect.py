"""The backend ignores the token and sends everybody to its login form

302 to `/login` without an accepting token: the application does not look at the
pre-emptive Authorization field.
"""

from backend import reply

FIRST = "anonymous-first-backend"
PROOF = {"anonymous-first-backend": (None, "http.response.code == 302")}
NEAR_MISS = ["redirect-to-unpublished-host"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(302, headers=[("Location", "/login?ReturnUrl=%2F")])


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
