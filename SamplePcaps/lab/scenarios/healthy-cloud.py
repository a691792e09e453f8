"""The connector reaches the cloud service over TLS 1.2

DNS, TCP, a whole handshake with a certificate of the service's usual issuer,
and some data.
"""

FIRST = None
SHOWS = ["tls.handshake.type == 11", "tls.record.content_type == 23"]
NEAR_MISS = [
    "cloud-port-blocked",
    "tls-version-too-old",
    "tls-without-sha512",
    "tls-inspection",
    "cloud-dns-failure",
    "cloud-connection-cut",
    "wpad-proxy-in-use",
]
MADE_WITH = ("cloud",)


def prepare(lab):
    lab.cloud.listen("-tls1_2")


def steps(lab):
    lab.notes.append(lab.cloud.connect("-tls1_2", say="GET / HTTP/1.1\\r\\n\\r\\n"))
