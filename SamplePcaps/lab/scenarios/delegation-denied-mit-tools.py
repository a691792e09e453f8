"""kvno is refused S4U2Proxy, inside FAST

MIT's client wraps its TGS requests in FAST. PA-FOR-USER still stands outside,
and the refusal can be read.
"""

FIRST = "delegation-denied"
PROOF = {"delegation-denied": "kerberos.error_code == 13"}
NEAR_MISS = ["spn-unknown"]
MADE_WITH = ("mit", "samba")


def steps(lab):
    keytab = lab.keytab("CONNECTOR1$")
    lab.mit_tools("kinit", "-k", "-t", keytab, "CONNECTOR1$")
    lab.mit_tools("kvno", "-k", keytab, "-I", "alice@CORP.EXAMPLE", "-P", "http/payroll.corp.example")
