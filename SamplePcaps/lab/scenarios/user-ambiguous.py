"""Two accounts answer to the user's name

KDC_ERR_PRINCIPAL_NOT_UNIQUE to S4U2Self: the name that is not unique is the
user's, such as a UPN that two accounts carry.
"""

import kerberos_edit

FIRST = "user-ambiguous"
PROOF = {"user-ambiguous": ("error", "kerberos.error_code == 8")}
NEAR_MISS = ["spn-duplicate", "user-unknown"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the code of the KRB-ERROR was changed from 6, which the lab's KDC sent, to 8."


def steps(lab):
    lab.sign_on(user="mallory", tickets={"find_realm": False})


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(6, new_code=8)) == 1
