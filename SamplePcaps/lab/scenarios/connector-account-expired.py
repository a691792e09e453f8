"""The connector's machine account has expired

The very first AS request of CONNECTOR5$ is refused: the account's date is past.
"""

from samba_kdc import past

FIRST = "connector-account-unusable"
PROOF = {"connector-account-unusable": "kerberos.error_code == 1 || kerberos.error_code == 18"}
NEAR_MISS = ["user-account-unusable", "connector-password-mismatch"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.keytab("CONNECTOR5$")
    lab.during(lab.domain.changed("CONNECTOR5$", accountExpires=past(10)))


def steps(lab):
    lab.sign_on(account="CONNECTOR5$")
