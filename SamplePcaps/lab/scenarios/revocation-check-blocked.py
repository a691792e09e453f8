"""The revocation check of a certificate is blocked

The TLS handshake with the service completes; then the SYNs to the certificate's
OCSP responder on port 80 stay unanswered.
"""

from cloud import RESPONDER

FIRST = "revocation-check-blocked"
PROOF = {"revocation-check-blocked": (None, "tcp.flags.syn == 1 && tcp.dstport == 80", 1)}
NEAR_MISS = ["cloud-port-blocked", "backend-unreachable"]
MADE_WITH = ("cloud", "curl")


def prepare(lab):
    lab.cloud.listen("-tls1_2")
    lab.firewall("cloud", "tcp dport 80 drop")


def steps(lab):
    lab.cloud.connect("-tls1_2")
    lab.mit_tools("curl", "-sS", "--max-time", "4", f"http://{RESPONDER}/ocsp/MFMwUTBPME0")
