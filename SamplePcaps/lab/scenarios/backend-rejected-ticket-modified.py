"""The backend cannot decrypt the ticket: KRB_AP_ERR_MODIFIED

What a Windows acceptor says where the account of the service name is not the
account that runs the application: code 41 in the KRB-ERROR of its token.
"""

import kerberos_edit

FIRST = "backend-rejected-ticket"
PROOF = {"backend-rejected-ticket": "http.response.code == 401"}
NEAR_MISS = ["kdc-integrity-failure", "backend-401-loop", "clock-skew"]
REWRITTEN = "MIT's acceptor says 31 where Windows says 41; the code in the backend's token was changed to 41."


def prepare(lab):
    lab.web.apache(keys=lab.web.keys("wrong-key"))


def steps(lab):
    lab.sign_on()


def rewrite(capture):
    assert capture.edit_payload(kerberos_edit.acceptor_error(31, 41), 80) == 1
