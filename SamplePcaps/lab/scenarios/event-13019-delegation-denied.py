"""Event 13019: the KDC refuses the connector a ticket to the application

The story behind most visits of event 13019. The connector logs on to its
domain, and the KDC lets it impersonate alice (S4U2Self). Then it asks for a
ticket to `http/payroll.corp.example` in her name (S4U2Proxy), and the KDC says
KDC_ERR_BADOPTION: that name is not on the connector's delegation list. The
connector never gets as far as the backend; alice sees an error page.

Samba sends no NTSTATUS with this error, so the capture alone cannot say which
of the causes it is: the name missing from the list, the list empty, or a user
who may not be delegated.
"""

FIRST = "delegation-denied"
PROOF = {"delegation-denied": "kerberos.error_code == 13"}
ABSENT = ["spn-unknown", "user-account-unusable", "backend-unreachable"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/payroll.corp.example", "outcome": "failed"}]
COUNT = True
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(service="http/payroll.corp.example", url="http://payroll.corp.example/")
