"""S4U2Self that names the user in PA-S4U-X509-USER only

MIT's client sends both forms; patched Windows may send the newer one alone. Who
the user is must come from whichever is there.
"""

import kerberos_edit

FIRST = None
SHOWS = ["kerberos.padata_type == 130 && kerberos.msg_type == 12", "http.response.code == 200"]
NEVER = ["kerberos.padata_type == 129 && kerberos.msg_type == 12"]
NEAR_MISS = ["user-ticket-never-requested", "kdc-without-s4u"]
SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "HTTP/app.corp.example", "outcome": "succeeded"}]
MADE_WITH = ("mit", "samba", "apache")
REWRITTEN = "PA-FOR-USER was taken out of the TGS request."


def steps(lab):
    keytab = lab.keytab("CONNECTOR1$")
    lab.mit_tools("kinit", "-k", "-t", keytab, "CONNECTOR1$")
    cache = f"FILE:{lab.state}/user-cache"
    lab.mit_tools("kvno", "-k", keytab, "-I", "alice@CORP.EXAMPLE", "-P", "HTTP/app.corp.example", "--out-cache", cache)
    lab.mit_tools(
        "curl", "-sS", "-o", "/dev/null", "--negotiate", "-u", ":", "http://app.corp.example/", KRB5CCNAME=cache
    )


def rewrite(capture):
    assert capture.edit_kerberos(kerberos_edit.without_padata(129)) == 1
