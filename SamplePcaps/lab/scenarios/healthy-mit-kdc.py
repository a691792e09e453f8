"""A healthy delegation on MIT's KDC

The same chain up to the ticket for the backend, granted by krb5kdc with an LDAP
database. The request to the backend is not part of this capture.
"""

FIRST = None
SHOWS = ["kerberos.msg_type == 13"]
NEVER = ["kerberos.error_code && !(kerberos.error_code == 25)"]
NEAR_MISS = ["delegation-target-not-listed", "user-account-unusable", "proxy-request-never-sent"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on()
