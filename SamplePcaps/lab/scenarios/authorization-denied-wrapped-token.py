"""403 with an accepting token in the long form

Some servers wrap the accepting NegTokenResp in a header with SPNEGO's OID once
more, so that it begins like a first token. It accepts all the same.
"""

import base64

from backend import reply

FIRST = "authorization-denied"
PROOF = {"authorization-denied": "http.response.code == 403"}
NEAR_MISS = ["negotiation-incomplete", "backend-rejected-ticket"]
MADE_WITH = ("imitation", "samba", "backend")
WRAPPED = base64.b64encode(bytes.fromhex("601e06062b0601050502a1143012a0030a0100a10b06092a864882f712010202")).decode()


def answer(request):
    return reply(403, f"Negotiate {WRAPPED}", body=b"<html>Forbidden</html>")


def prepare(lab):
    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
