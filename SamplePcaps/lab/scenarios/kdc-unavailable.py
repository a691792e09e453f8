"""The KDC has no service to offer just now

KDC_ERR_SVC_UNAVAILABLE to S4U2Proxy: the domain controller's health, not the
delegation.
"""

import kerberos_edit

FIRST = "kdc-unavailable"
PROOF = {"kdc-unavailable": ("error", "kerberos.error_code == 29")}
NEAR_MISS = ["delegation-denied", "kdc-generic-error"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the code of the KRB-ERROR was changed from 13, which the lab's KDC sent, to 29."


def steps(lab):
    lab.sign_on(account="CONNECTOR4$")


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(13, new_code=29)) == 1
