"""Every packet recorded twice

A capture of two components sees each packet twice. Two rounds of 401 before the
success look like four, and are still two.
"""

from backend import ACCEPTED, reply

FIRST = None
PROOF = {"capture-duplicates": (None, None)}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["backend-401-loop", "ticket-replayed"]
MADE_WITH = ("imitation", "samba", "backend")
REWRITTEN = "each frame was repeated three microseconds after itself."


def answer(request):
    request.state["seen"] = request.state.get("seen", 0) + 1
    if request.state["seen"] <= 2:
        return reply(401, "Negotiate", "NTLM")
    return reply(200, f"Negotiate {ACCEPTED}", body=b"<html>welcome</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"rounds": 3})


def rewrite(capture):
    capture.repeat(lambda frame: True)
