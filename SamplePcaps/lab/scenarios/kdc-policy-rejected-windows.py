"""Selective authentication: KDC_ERR_POLICY with STATUS_AUTHENTICATION_FIREWALL_FAILED

S4U2Self is refused by policy, and the status says by which: the user comes over
a trust with selective authentication.
"""

import kerberos_edit

FIRST = "kdc-policy-rejected"
PROOF = {"kdc-policy-rejected": "kerberos.error_code == 12"}
NEAR_MISS = ["user-account-unusable", "delegation-denied"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = (
    "the NTSTATUS of the KDC's refusal, which Samba does not send, was added as e-data (KERB-ERROR-DATA). "
    "Samba refused for another reason: the account is disabled."
)


def steps(lab):
    lab.sign_on(user="carol", account="CONNECTOR1$", tickets={"find_realm": False, "resource_based": True})


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(12, status=0xC0000413)) == 1
