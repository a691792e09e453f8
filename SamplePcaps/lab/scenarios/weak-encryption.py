"""A ticket encrypted with RC4

The account of `http/legacy.corp.example` knows only RC4, and the client accepts
that: the sign-on works, on weak encryption.
"""

FIRST = None
PROOF = {"weak-encryption": ("info", "kerberos.msg_type == 13 && kerberos.etype == 23")}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["etype-unsupported"]


def prepare(lab):
    lab.web.apache(keys=lab.keytab("svc-legacy"))


def steps(lab):
    lab.sign_on(service="http/legacy.corp.example", url="http://legacy.corp.example/")
