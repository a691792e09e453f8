"""The connector's clock is ten minutes slow

KRB_AP_ERR_SKEW to the AS request. The error carries the KDC's clock; the
capture's clock ran right, so it is the client's authenticator that is off.
"""

FIRST = "clock-skew"
PROOF = {"clock-skew": "kerberos.error_code == 37"}
ABSENT = ["connector-password-mismatch"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(clock=-600)
