"""To the backend's clock the ticket is not valid yet

The backend's clock is one hour slow.
"""

FIRST = "clock-skew"
PROOF = {"clock-skew": "http.response.code == 401"}
NEAR_MISS = ["backend-rejected-ticket"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def prepare(lab):
    lab.web.apache(clock="-1h")


def steps(lab):
    lab.sign_on()
