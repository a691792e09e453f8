"""Something between opens the connector's TLS

The certificate for the service's name comes from an issuer that is not the
service's.
"""

from cloud import INSPECTOR

FIRST = "tls-inspection"
PROOF = {"tls-inspection": (None, "tls.handshake.type == 11")}
NEAR_MISS = ["connector-certificate-expired"]
MADE_WITH = ("cloud",)


def prepare(lab):
    lab.cloud.listen("-tls1_2", issuer=INSPECTOR)


def steps(lab):
    lab.cloud.connect("-tls1_2")
