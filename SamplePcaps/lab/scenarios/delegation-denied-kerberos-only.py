"""The connector may delegate, but only with Kerberos ("Use Kerberos only")

S4U2Self still succeeds, but its ticket is not forwardable, so S4U2Proxy is
refused. Without a key nobody can see that flag, and Samba does not say it: a
bare KDC_ERR_BADOPTION.
"""

FIRST = "delegation-denied"
PROOF = {"delegation-denied": "kerberos.error_code == 13"}
NEAR_MISS = ["user-ticket-not-forwardable"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(account="CONNECTOR2$")
