"""A healthy sign-on with a raw Kerberos token

The connector's default is the Kerberos mechanism's own GSS-API token, without
SPNEGO around it, under the scheme Negotiate. Apache takes it as well.
"""

NEAR_MISS = ["raw-krb5-token-refused", "negotiation-incomplete"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "succeeded"}]


def steps(lab):
    lab.sign_on(browse={"spnego": False})
