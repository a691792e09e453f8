"""A resource inside the path of the page: 404

The page `/portal/` is served and one of its own pictures is missing: the
application's affair, not the published path's.
"""

from backend import ACCEPTED, reply
from scenario import OPEN

FIRST = OPEN
SHOWS = ["http.response.code == 404"]
NEAR_MISS = ["outside-published-path"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    if request.path == "/portal/":
        return reply(200, f"Negotiate {ACCEPTED}", body=b'<html><img src="logo.png"></html>')
    return reply(404, f"Negotiate {ACCEPTED}")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"paths": ["portal/", "portal/logo.png"]})
