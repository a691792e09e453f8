"""To the backend's clock the ticket has expired

The backend's clock is eleven hours fast, more than the ticket's life of ten:
KRB_AP_ERR_TKT_EXPIRED from the backend.
"""

FIRST = "clock-skew"
PROOF = {"clock-skew": "http.response.code == 401"}
NEAR_MISS = ["tgt-expired", "backend-rejected-ticket"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def prepare(lab):
    lab.web.apache(clock="+11h")


def steps(lab):
    lab.sign_on()
