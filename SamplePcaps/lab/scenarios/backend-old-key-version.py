"""The backend's keytab is older than the account's password

The keytab holds the same principal with a lower version number (kvno). The
ticket names the newer one.
"""

FIRST = ["backend-key-mismatch", "backend-rejected-ticket"]
PROOF = {"backend-key-mismatch": (None, "http.response.code == 401")}
SHOWS = ["http.response.code == 401 && kerberos.error_code == 44"]
NEAR_MISS = ["clock-skew"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def prepare(lab):
    lab.web.apache(keys=lab.web.keys("old-version", version=1))


def steps(lab):
    lab.sign_on()
