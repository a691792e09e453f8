"""The backend's clock is ten minutes fast

The KDC and the connector agree; the backend refuses the authenticator with
KRB_AP_ERR_SKEW in its token, and its Date field shows its clock.
"""

FIRST = "clock-skew"
PROOF = {"clock-skew": "http.response.code == 401"}
NEAR_MISS = ["backend-401-loop", "backend-key-mismatch"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def prepare(lab):
    lab.web.apache(clock="+10m")


def steps(lab):
    lab.sign_on()
