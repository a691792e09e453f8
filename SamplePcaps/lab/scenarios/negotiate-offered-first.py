"""Negotiate stands before NTLM, as it should

The same as `ntlm-offered-first` with the two challenges in the right order.
"""

from backend import ACCEPTED, reply

FIRST = None
SHOWS = ["http.response.code == 200", 'http.www_authenticate == "NTLM"']
NEAR_MISS = ["ntlm-offered-first", "negotiate-not-offered"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    if request.scheme != "Negotiate":
        return reply(401, "Negotiate", "NTLM")
    return reply(200, f"Negotiate {ACCEPTED}", body=b"<html>welcome</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"challenge_first": True})
