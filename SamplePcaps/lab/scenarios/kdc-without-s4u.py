"""A KDC that does not know S4U

The connector asks for a ticket in alice's name to itself, and gets one in its
own name: the KDC did not look at PA-FOR-USER. No error is on the wire.
"""

import kerberos_edit

FIRST = "kdc-without-s4u"
PROOF = {"kdc-without-s4u": "kerberos.msg_type == 13"}
NEAR_MISS = ["proxy-request-never-sent"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the client's name in the TGS reply was changed from alice to CONNECTOR1$."


def steps(lab):
    lab.sign_on(service=None)


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.client_of_ticket_reply("CONNECTOR1$")) == 1
