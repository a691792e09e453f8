"""The connector speaks TLS 1.0, the cloud service wants 1.2

The server ends the handshake with the alert protocol_version (70).
"""

FIRST = "tls-version-too-old"
PROOF = {"tls-version-too-old": (None, "tls.alert_message.desc == 70")}
NEAR_MISS = ["tls-without-sha512", "backend-tls-failed"]
MADE_WITH = ("cloud",)


def prepare(lab):
    lab.cloud.listen("-tls1_2")


def steps(lab):
    lab.cloud.connect("-tls1", "-cipher", "DEFAULT@SECLEVEL=0")
