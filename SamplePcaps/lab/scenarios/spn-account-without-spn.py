"""The service's account has no service name

KDC_ERR_MUST_USE_USER2USER: the portal names an account that exists and carries no
SPN.
"""

import kerberos_edit

FIRST = "spn-account-without-spn"
PROOF = {"spn-account-without-spn": ("error", "kerberos.error_code == 27")}
NEAR_MISS = ["spn-unknown"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the code of the KRB-ERROR was changed from 7, which the lab's KDC sent, to 27."


def steps(lab):
    lab.sign_on(service="http/nosuch.corp.example", url=None)


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(7, new_code=27)) == 1
