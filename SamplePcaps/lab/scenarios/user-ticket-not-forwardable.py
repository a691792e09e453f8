"""The user's ticket may not be delegated: STATUS_ACCOUNT_RESTRICTION

KDC_ERR_BADOPTION with STATUS_ACCOUNT_RESTRICTION: the evidence ticket is not
forwardable. For one user that is "sensitive" or Protected Users; for all of them
it is "Use Kerberos only" on the connector.
"""

import kerberos_edit

FIRST = "user-ticket-not-forwardable"
PROOF = {"user-ticket-not-forwardable": "kerberos.error_code == 13"}
NEAR_MISS = ["delegation-denied", "delegation-not-configured", "delegation-target-not-listed", "user-account-unusable"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the NTSTATUS of the KDC's refusal, which Samba does not send, was added as e-data (KERB-ERROR-DATA)."


def steps(lab):
    lab.sign_on(user="alice", account="CONNECTOR2$", tickets={"find_realm": False, "resource_based": True})


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.error(13, status=0xC000006E)) == 1
