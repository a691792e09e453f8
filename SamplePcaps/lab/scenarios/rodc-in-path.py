"""A read-only domain controller issued the connector's ticket

The ticket's key version has a number in its upper half: it is the read-only
domain controller's. Everything works.
"""

import kerberos_edit

FIRST = None
PROOF = {"rodc-in-path": ("info", "kerberos.msg_type == 11", 1)}
NEAR_MISS = ["spn-unknown", "tgt-rejected"]
REWRITTEN = "the key version of the connector's ticket was changed to 0x4d5a0001 wherever the ticket appears."


def steps(lab):
    lab.sign_on()


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.krbtgt_key_version(0x4D5A0001)) == 3
