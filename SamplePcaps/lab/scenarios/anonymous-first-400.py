"""The backend wants an anonymous request first

A request with an Authorization field is a bad request to it; without one it
would have served the page.
"""

from backend import reply

FIRST = ["anonymous-first-backend", "request-refused"]
SHOWS = ["http.response.code == 400"]
NEAR_MISS = ["request-header-too-long"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    if request.token:
        return reply(400, body=b"<html>unexpected Authorization</html>", close=True)
    return reply(200, body=b"<html>welcome</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
