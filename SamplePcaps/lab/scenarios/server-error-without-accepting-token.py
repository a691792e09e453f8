"""500 without an accepting token

The server fails before it says anything about the ticket.
"""

from backend import reply
from scenario import OPEN

FIRST = OPEN
SHOWS = ["http.response.code == 500"]
NEAR_MISS = ["application-error"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(500, body=b"<html>Internal error</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
