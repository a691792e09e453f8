"""The backend offers NTLM only

401 with the challenge NTLM and no Negotiate: the Kerberos token is of no use
here.
"""

from backend import reply

FIRST = "negotiate-not-offered"
PROOF = {"negotiate-not-offered": "http.response.code == 401"}
NEAR_MISS = ["ntlm-offered-first", "ntlm-fallback"]
MADE_WITH = ("imitation", "samba", "backend")


def answer(request):
    return reply(401, "NTLM")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
