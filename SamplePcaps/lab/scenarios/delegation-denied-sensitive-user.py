"""A user who is "sensitive and cannot be delegated"

alice signs on first, with success; then erin, whose account carries that flag,
is refused for the same service. Samba's KDC_ERR_BADOPTION is bare, but that one
user is refused and another is not points at the user.
"""

FIRST = "delegation-denied"
PROOF = {"delegation-denied": "kerberos.error_code == 13"}
NEAR_MISS = ["user-ticket-not-forwardable"]
SIGN_ONS = [
    {"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "succeeded"},
    {"user": "erin@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "failed"},
]


def steps(lab):
    lab.sign_on()
    lab.sign_on(user="erin")
