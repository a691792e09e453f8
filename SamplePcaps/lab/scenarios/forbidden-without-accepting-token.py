"""403 without an accepting token

The backend forbids the page and says nothing about the ticket: nobody can tell
from here whether it was accepted.
"""

from backend import reply
from scenario import OPEN

FIRST = OPEN
SHOWS = ["http.response.code == 403"]
NEAR_MISS = ["authorization-denied"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(403, body=b"<html>Forbidden</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
