"""A locked-out user, in the words of Windows

KDC_ERR_CLIENT_REVOKED with STATUS_ACCOUNT_LOCKED_OUT to S4U2Self.
"""

import kerberos_edit

FIRST = "user-account-unusable"
PROOF = {"user-account-unusable": "kerberos.error_code == 18"}
NEAR_MISS = ["connector-account-unusable"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = (
    "the NTSTATUS of the KDC's refusal, which Samba does not send, was added as e-data (KERB-ERROR-DATA). The "
    "error code was changed from 12, which Samba sends to a disabled user, to 18."
)


def steps(lab):
    lab.sign_on(user="carol", account="CONNECTOR1$", tickets={"find_realm": False, "resource_based": True})


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(12, new_code=18, status=0xC0000234)) == 1
