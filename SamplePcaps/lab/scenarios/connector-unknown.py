"""The domain does not know the connector's machine account

KDC_ERR_C_PRINCIPAL_UNKNOWN answers the AS request of CONNECTOR9$: the account
was deleted, or belongs to another domain. It is the connector, not a user.
"""

FIRST = "connector-account-unusable"
PROOF = {"connector-account-unusable": "kerberos.error_code == 6"}
NEAR_MISS = ["user-unknown"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(account="CONNECTOR9$", keytab=lab.keytab("CONNECTOR1$"))
