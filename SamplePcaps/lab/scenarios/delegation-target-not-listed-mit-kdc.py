"""MIT's KDC refuses a service that is not on the list, and says so

KDC_ERR_BADOPTION whose e-text names the reason, which Samba and Windows do not
send.
"""

FIRST = ["delegation-target-not-listed", "delegation-denied"]
PROOF = {}
SHOWS = ["kerberos.error_code == 13 && kerberos.e_text"]
NEAR_MISS = ["user-ticket-not-forwardable", "delegation-not-configured"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(service="http/payroll.unix.example")
