"""MIT's KDC refuses delegation because the user's ticket is not forwardable

CONNECTOR2$ may delegate, but not with protocol transition, so S4U2Self gives a
ticket that is not forwardable: KDC_ERR_BADOPTION whose e-text says that.
"""

FIRST = "user-ticket-not-forwardable"
PROOF = {"user-ticket-not-forwardable": "kerberos.error_code == 13"}
NEAR_MISS = ["delegation-target-not-listed"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(account="CONNECTOR2$")
