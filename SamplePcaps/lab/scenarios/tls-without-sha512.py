"""The connector's ClientHello offers no signature with SHA-512

The server insists on one and ends the handshake with the alert
handshake_failure (40).
"""

FIRST = "tls-without-sha512"
PROOF = {"tls-without-sha512": (None, "tls.alert_message.desc == 40")}
NEAR_MISS = ["tls-version-too-old", "tls-inspection"]
MADE_WITH = ("cloud",)


def prepare(lab):
    lab.cloud.listen("-tls1_2", "-sigalgs", "RSA+SHA512")


def steps(lab):
    lab.cloud.connect("-tls1_2", "-sigalgs", "RSA+SHA256:RSA+SHA1")
