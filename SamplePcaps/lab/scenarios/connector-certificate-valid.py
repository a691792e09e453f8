"""The connector's own certificate is valid

The same as `connector-certificate-expired`, with a certificate that has not
expired: the handshake completes.
"""

from cloud import REGISTRATION

FIRST = None
SHOWS = ["tls.handshake.type == 15 || tls.handshake.type == 14"]
NEVER = ["tls.alert_message.level == 2"]
NEAR_MISS = ["connector-certificate-expired"]
MADE_WITH = ("cloud",)


def prepare(lab):
    authority = lab.cloud.authority(*REGISTRATION)
    lab.own = authority.issue("5f1c2a9e-0000-4000-8000-000000000001")
    lab.cloud.listen("-tls1_2", "-Verify", "1", "-verify_return_error", "-CAfile", authority.path)


def steps(lab):
    lab.cloud.connect("-tls1_2", "-cert", lab.own, "-key", lab.own)
