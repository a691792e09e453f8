"""The connector's clock is ten minutes fast, seen by MIT's KDC

KRB_AP_ERR_SKEW to the AS request with a timestamp.
"""

FIRST = "clock-skew"
PROOF = {"clock-skew": "kerberos.error_code == 37"}
NEAR_MISS = ["connector-password-mismatch"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(clock=600)
