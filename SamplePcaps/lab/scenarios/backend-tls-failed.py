"""The connector does not trust the backend's certificate

A handshake of TLS 1.2 that the client ends with an alert: the certificate is
self-signed.
"""

import ssl

FIRST = "backend-tls-failed"
PROOF = {"backend-tls-failed": "tls.alert_message"}
NEAR_MISS = ["backend-connection-reset", "backend-unreachable"]


def prepare(lab):
    lab.web.apache(tls=True)


def steps(lab):
    lab.sign_on(url="https://app.corp.example/", verify=True, tls_version=ssl.TLSVersion.TLSv1_2)
