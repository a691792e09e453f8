"""One 401 to a token, then success: by design

The backend answers the first request with 401 although it carried a token, and
serves the second. Kernel-mode authentication does this on the first request of
a connection. It is no loop.
"""

from backend import ACCEPTED, reply

FIRST = None
PROOF = {"by-design-401": ("info", "http.response.code == 401")}
NEAR_MISS = ["backend-401-loop", "backend-rejected-ticket"]
MADE_WITH = ("imitation", "samba", "backend")
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "succeeded"}]


def answer(request):
    request.state["seen"] = request.state.get("seen", 0) + 1
    if not request.token or request.state["seen"] == 1:
        return reply(401, "Negotiate", "NTLM")
    return reply(200, f"Negotiate {ACCEPTED}", body=b"<html>welcome</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"rounds": 3})
