"""After the sign-on the application redirects to itself

302 with an accepting token to a page of the same host, which is then served:
no fault.
"""

from backend import ACCEPTED, reply

FIRST = None
SHOWS = ["http.response.code == 302", "http.response.code == 200"]
NEAR_MISS = ["redirect-to-unpublished-host", "anonymous-first-backend"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    if request.path == "/":
        return reply(302, f"Negotiate {ACCEPTED}", headers=[("Location", "http://app.corp.example/start")])
    return reply(200, f"Negotiate {ACCEPTED}", body=b"<html>welcome</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"paths": ["", "start"]})
