"""The domain controller's clock is ten minutes fast

The KDC refuses the right clock of the connector. Its KRB-ERROR shows its own,
ten minutes ahead of the capture's.
"""

FIRST = "clock-skew"
PROOF = {"clock-skew": "kerberos.error_code == 37"}
ABSENT = ["connector-password-mismatch"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.wrong_clock("+10m")


def steps(lab):
    lab.sign_on()
