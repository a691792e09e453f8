"""The revocation check of a certificate is answered

The same as `revocation-check-blocked`, with an OCSP responder that answers.
"""

from backend import reply
from cloud import RESPONDER

FIRST = None
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["revocation-check-blocked"]
MADE_WITH = ("cloud", "curl", "backend")


def prepare(lab):
    lab.cloud.listen("-tls1_2")
    lab.imitate("cloud", lambda request: reply(200, body=b"\x30\x03\x0a\x01\x00"), 80)


def steps(lab):
    lab.cloud.connect("-tls1_2")
    lab.mit_tools("curl", "-sS", "-o", "/dev/null", "--max-time", "4", f"http://{RESPONDER}/ocsp/MFMwUTBPME0")
