"""The backend's keytab belongs to another service

The keytab holds `http/shop.corp.example`, the ticket is for
`http/app.corp.example`: no key fits.
"""

FIRST = ["backend-key-mismatch", "backend-rejected-ticket"]
PROOF = {"backend-key-mismatch": (None, "http.response.code == 401")}
SHOWS = ["http.response.code == 401 && kerberos.error_code == 35"]
NEAR_MISS = ["tgt-rejected", "backend-401-loop"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def prepare(lab):
    lab.web.apache(keys=lab.keytab("svc-shop"))


def steps(lab):
    lab.sign_on()
