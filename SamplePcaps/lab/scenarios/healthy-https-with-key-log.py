"""A healthy sign-on with the backend behind TLS, and the key log to open it

The backend speaks TLS 1.3, so the capture alone ends at "encrypted".
`capture.keylog` holds the secrets of this one session in the format of
SSLKEYLOGFILE.
"""

PROOF = {"backend-encrypted": ("info", "tls.handshake.type == 1")}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["backend-tls-failed"]
FIRST = None


def prepare(lab):
    lab.web.apache(tls=True)


def steps(lab):
    lab.sign_on(url="https://app.corp.example/", key_log=lab.companion("keylog"))
