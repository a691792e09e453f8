"""A healthy sign-on, Kerberos over TCP

The normal order of today's Windows: the connector's own ticket, the search for
the user's realm (answered by "preauthentication required", which is no fault),
S4U2Self, S4U2Proxy, and one request that Apache answers with 200 and its half
of the mutual authentication.
"""

COUNT = True
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "succeeded"}]
NEAR_MISS = [
    "delegation-denied",
    "user-unknown",
    "backend-unreachable",
    "weak-encryption",
    "rodc-in-path",
    "capture-without-kerberos",
    "capture-without-backend",
    "capture-truncated",
    "backend-encrypted",
]


def steps(lab):
    lab.sign_on()
