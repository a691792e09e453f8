"""The service name exists on no account

`http/nosuch.corp.example` stands on the delegation list, but no account carries
it: KDC_ERR_S_PRINCIPAL_UNKNOWN to S4U2Proxy. Most often the portal's SPN is
mistyped, or was never set with setspn.
"""

FIRST = "spn-unknown"
PROOF = {"spn-unknown": "kerberos.error_code == 7"}
NEAR_MISS = ["trust-path-missing", "spn-account-without-spn"]
MADE_WITH = ("imitation", "samba")
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/nosuch.corp.example", "outcome": "failed"}]


def steps(lab):
    lab.sign_on(service="http/nosuch.corp.example", url="http://nosuch.corp.example/")
