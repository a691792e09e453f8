"""The KDC fails and does not say how

KRB_ERR_GENERIC from port 88 to S4U2Proxy, without e-data.
"""

import kerberos_edit

FIRST = "kdc-generic-error"
PROOF = {"kdc-generic-error": ("error", "kerberos.error_code == 60")}
NEAR_MISS = ["delegation-denied", "kdc-unavailable"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the code of the KRB-ERROR was changed from 13, which the lab's KDC sent, to 60."


def steps(lab):
    lab.sign_on(account="CONNECTOR4$")


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(13, new_code=60)) == 1
