"""The backend does not answer for 85 seconds, and the connector gives up

The request is acknowledged and nothing comes back; after the Backend Application
Timeout's default the connector closes the connection.
"""

from backend import SILENCE

FIRST = "backend-timeout"
PROOF = {"backend-timeout": "http.request"}
NEAR_MISS = ["backend-connection-reset", "backend-unreachable", "capture-clock-steps"]
MADE_WITH = ("imitation", "samba", "backend")
REWRITTEN = "the client waited three seconds; the times of the frames after that were moved by 83 seconds."


def answer(request):
    return SILENCE


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(timeout=3)


def rewrite(capture):
    first = capture.find(lambda frame: 80 in frame.ports)
    closing = capture.find(lambda frame: 80 in frame.ports and frame.flags & 1, first)
    capture.delay(closing, 83)
