"""No encryption type in common with the service account

The account of `http/legacy.corp.example` knows only RC4; the client asks for AES
only: KDC_ERR_ETYPE_NOSUPP.
"""

FIRST = "etype-unsupported"
PROOF = {"etype-unsupported": "kerberos.error_code == 14"}
NEAR_MISS = ["weak-encryption"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(
        service="http/legacy.corp.example", url="http://legacy.corp.example/", tickets={"proxy_kinds": (18, 17)}
    )
