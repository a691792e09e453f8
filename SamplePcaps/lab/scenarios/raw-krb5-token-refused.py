"""The backend understands SPNEGO only, the connector sends a raw Kerberos token

The token begins with the Kerberos mechanism's OID instead of SPNEGO's; this
server, which is not IIS, answers 401 to it.
"""

from backend import ACCEPTED, reply

FIRST = ["raw-krb5-token-refused", "backend-rejected-ticket"]
PROOF = {"raw-krb5-token-refused": (None, "http.response.code == 401")}
NEAR_MISS = ["backend-key-mismatch"]
MADE_WITH = ("imitation", "samba", "backend")
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def answer(request):
    if bytes.fromhex("2b0601050502") in request.token[:20]:
        return reply(200, f"Negotiate {ACCEPTED}", body=b"<html>welcome</html>")
    return reply(401, "Negotiate")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on(browse={"spnego": False})
