"""406 to a request with a token, and no challenge

The application refuses the request for a reason of its own; the header is small
and nothing asks for authentication.
"""

from backend import reply

FIRST = "request-refused"
PROOF = {"request-refused": (None, "http.response.code == 406")}
NEAR_MISS = ["request-header-too-long", "backend-rejected-ticket", "authorization-denied"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(406, body=b"<html>Not acceptable</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
