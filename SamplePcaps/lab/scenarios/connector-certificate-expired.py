"""The connector's own certificate has expired

The service asks for the connector's certificate, gets one whose time has passed,
and ends the handshake with the alert certificate_expired (45).
"""

from cloud import REGISTRATION

FIRST = "connector-certificate-expired"
PROOF = {"connector-certificate-expired": (None, "tls.alert_message.desc == 45")}
NEAR_MISS = ["tls-inspection", "tls-version-too-old"]
MADE_WITH = ("cloud",)


def prepare(lab):
    authority = lab.cloud.authority(*REGISTRATION)
    lab.own = authority.issue("5f1c2a9e-0000-4000-8000-000000000001", begins=-200, ends=-20)
    lab.cloud.listen("-tls1_2", "-Verify", "1", "-verify_return_error", "-CAfile", authority.path)


def steps(lab):
    lab.cloud.connect("-tls1_2", "-cert", lab.own, "-key", lab.own)
