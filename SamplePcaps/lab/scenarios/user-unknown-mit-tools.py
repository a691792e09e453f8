"""kvno asks for a user whom the KDC does not know

MIT's client library goes straight to S4U2Self.
"""

FIRST = "user-unknown"
PROOF = {"user-unknown": "kerberos.error_code == 6"}
NEAR_MISS = ["connector-account-unusable"]
MADE_WITH = ("mit", "samba")


def steps(lab):
    keytab = lab.keytab("CONNECTOR1$")
    lab.mit_tools("kinit", "-k", "-t", keytab, "CONNECTOR1$")
    lab.mit_tools("kvno", "-k", keytab, "-I", "mallory@CORP.EXAMPLE", "-P", "http/app.corp.example")
