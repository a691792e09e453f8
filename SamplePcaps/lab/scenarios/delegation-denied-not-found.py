"""Neither list permits it: KDC_ERR_BADOPTION with STATUS_NOT_FOUND

The request offers resource-based delegation, as Windows does since 2012. The KDC
looked at the connector's list and at the backend's, and found nothing.
"""

import kerberos_edit

FIRST = "delegation-denied"
PROOF = {"delegation-denied": "kerberos.error_code == 13"}
NEAR_MISS = ["delegation-not-configured", "delegation-target-not-listed", "user-ticket-not-forwardable", "spn-unknown"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the NTSTATUS of the KDC's refusal, which Samba does not send, was added as e-data (KERB-ERROR-DATA)."


def steps(lab):
    lab.sign_on(user="alice", account="CONNECTOR4$", tickets={"find_realm": False, "resource_based": True})


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(13, status=0xC0000225)) == 1
