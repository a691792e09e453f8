"""The backend's keytab holds another key than the KDC's

The ticket was made for the account's present password; the backend still has
the key of another. Apache answers 401 with a KRB-ERROR in its token.
"""

FIRST = ["backend-key-mismatch", "backend-rejected-ticket"]
SHOWS = ["http.response.code == 401 && kerberos.error_code == 31"]
NEAR_MISS = ["kdc-integrity-failure", "clock-skew"]
ABSENT = ["backend-401-loop"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def prepare(lab):
    lab.web.apache(keys=lab.web.keys("wrong-key"))


def steps(lab):
    lab.sign_on()
