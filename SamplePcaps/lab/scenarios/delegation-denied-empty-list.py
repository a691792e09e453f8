"""The delegation list is empty, protocol transition is on

S4U2Proxy is refused with KDC_ERR_BADOPTION and nothing else: Samba sends no
NTSTATUS, so on the wire this equals a list that lacks only this name.
"""

FIRST = "delegation-denied"
PROOF = {"delegation-denied": "kerberos.error_code == 13"}
NEAR_MISS = ["delegation-not-configured", "delegation-target-not-listed"]
MADE_WITH = ("imitation", "samba")
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"}]


def steps(lab):
    lab.sign_on(account="CONNECTOR4$")
