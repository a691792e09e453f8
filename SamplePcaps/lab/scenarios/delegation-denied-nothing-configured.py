"""Nothing at all is configured on the connector's account

CONNECTOR3$ may not delegate, neither with protocol transition nor without. S4U2Self
succeeds all the same (its ticket is not forwardable), and S4U2Proxy is refused
with a bare KDC_ERR_BADOPTION.
"""

FIRST = "delegation-denied"
PROOF = {"delegation-denied": "kerberos.error_code == 13"}
NEAR_MISS = ["delegation-not-configured", "connector-account-unusable"]
MADE_WITH = ("imitation", "samba")
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def steps(lab):
    lab.sign_on(account="CONNECTOR3$")
