"""A backend that takes its time, and answers

The response comes after four seconds: slow, and no fault.
"""

import time

from backend import ACCEPTED, reply

FIRST = None
SHOWS = ["http.time > 3.5"]
NEAR_MISS = ["backend-timeout"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    time.sleep(4)
    return reply(200, f"Negotiate {ACCEPTED}", body=b"<html>welcome</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
