"""The delegation list is empty: KDC_ERR_BADOPTION with STATUS_NOT_SUPPORTED

The request does not claim resource-based delegation (the bit in PA-PAC-OPTIONS is
clear), so STATUS_NOT_SUPPORTED means that the connector's delegation list holds
nothing at all.
"""

import kerberos_edit

FIRST = "delegation-not-configured"
PROOF = {"delegation-not-configured": "kerberos.error_code == 13"}
NEAR_MISS = ["delegation-target-not-listed", "delegation-denied", "user-ticket-not-forwardable"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the NTSTATUS of the KDC's refusal, which Samba does not send, was added as e-data (KERB-ERROR-DATA)."


def steps(lab):
    lab.sign_on(user="alice", account="CONNECTOR4$", tickets={"find_realm": False, "resource_based": False})


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(13, status=0xC00000BB)) == 1
