"""The backend resets the connection instead of answering

The request was acknowledged; then RST.
"""

from backend import RESET

FIRST = "backend-connection-reset"
PROOF = {"backend-connection-reset": "tcp.flags.reset == 1 && tcp.srcport == 80"}
NEAR_MISS = ["backend-unreachable", "backend-timeout"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return RESET


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
