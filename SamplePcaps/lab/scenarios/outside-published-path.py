"""Resources outside the path of the page: 404

The page `/portal/` is served; the style sheet and the picture that it asks for
lie outside `/portal/` and are not found.
"""

from backend import ACCEPTED, reply

FIRST = "outside-published-path"
PROOF = {"outside-published-path": (None, "http.response.code == 404", 1)}
NEAR_MISS = ["backend-rejected-ticket"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    if request.path == "/portal/":
        return reply(200, f"Negotiate {ACCEPTED}", body=b'<html><link href="/assets/site.css"></html>')
    return reply(404, f"Negotiate {ACCEPTED}")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"paths": ["portal/", "assets/site.css", "assets/logo.png"]})
