"""MIT's KDC refuses delegation for one user

bob's account forbids forwardable tickets. alice signs on with success before
him, so it is the user and not the connector.
"""

FIRST = "user-ticket-not-forwardable"
PROOF = {"user-ticket-not-forwardable": "kerberos.error_code == 13"}
NEAR_MISS = ["delegation-target-not-listed"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on()
    lab.unix_sign_on(user="bob")
