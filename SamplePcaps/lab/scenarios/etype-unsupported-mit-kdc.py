"""MIT's KDC has no encryption type in common with the request

The client asks for RC4 only: KDC_ERR_ETYPE_NOSUPP.
"""

FIRST = "etype-unsupported"
PROOF = {"etype-unsupported": "kerberos.error_code == 14"}
NEAR_MISS = ["weak-encryption"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def steps(lab):
    lab.unix_sign_on(tickets={"proxy_kinds": (23,)})
