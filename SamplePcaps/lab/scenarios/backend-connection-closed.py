"""The backend closes the connection instead of answering

The request was acknowledged; then FIN, without a response.
"""

from backend import CLOSE

FIRST = "backend-connection-reset"
PROOF = {"backend-connection-reset": "tcp.flags.fin == 1 && tcp.srcport == 80"}
NEAR_MISS = ["backend-timeout"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return CLOSE


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
