"""Two accounts carry the service name

KDC_ERR_PRINCIPAL_NOT_UNIQUE to S4U2Proxy: the name that is not unique is the
service's.
"""

import kerberos_edit

FIRST = "spn-duplicate"
PROOF = {"spn-duplicate": ("error", "kerberos.error_code == 8")}
NEAR_MISS = ["user-ambiguous", "spn-unknown"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the code of the KRB-ERROR was changed from 7, which the lab's KDC sent, to 8."


def steps(lab):
    lab.sign_on(service="http/nosuch.corp.example", url=None)


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(7, new_code=8)) == 1
