"""The connector's machine account is disabled

The very first AS request of CONNECTOR5$ is refused with KDC_ERR_CLIENT_REVOKED.
"""

FIRST = "connector-account-unusable"
PROOF = {"connector-account-unusable": "kerberos.error_code == 18"}
NEAR_MISS = ["user-account-unusable"]
ABSENT = ["connector-password-mismatch"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.keytab("CONNECTOR5$")
    lab.during(lab.domain.changed("CONNECTOR5$", userAccountControl="4098"))


def steps(lab):
    lab.sign_on(account="CONNECTOR5$")
