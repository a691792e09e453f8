"""The delegation list lacks this name: KDC_ERR_BADOPTION with STATUS_NO_MATCH

The request does not claim resource-based delegation, so STATUS_NO_MATCH means
that the connector's list has entries, and not this one.
"""

import kerberos_edit

FIRST = "delegation-target-not-listed"
PROOF = {"delegation-target-not-listed": "kerberos.error_code == 13"}
NEAR_MISS = ["delegation-not-configured", "delegation-denied", "user-ticket-not-forwardable"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the NTSTATUS of the KDC's refusal, which Samba does not send, was added as e-data (KERB-ERROR-DATA)."


def steps(lab):
    lab.sign_on(user="alice", account="CONNECTOR4$", tickets={"find_realm": False, "resource_based": False})


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(13, status=0xC0000272)) == 1
