"""The backend is slow, and the connector gives up early

No answer for five seconds; then the client closes the connection.
"""

from backend import SILENCE

FIRST = "backend-timeout"
PROOF = {"backend-timeout": ("warning", "http.request")}
NEAR_MISS = ["backend-connection-reset", "backend-unreachable"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return SILENCE


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(timeout=5)
