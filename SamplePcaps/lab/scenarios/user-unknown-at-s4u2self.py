"""The user is unknown, seen at S4U2Self

The same as `user-unknown`, from a client that goes straight to S4U2Self: the
error answers a TGS request whose PA-FOR-USER names the user.
"""

FIRST = "user-unknown"
PROOF = {"user-unknown": "kerberos.error_code == 6"}
ABSENT = ["connector-account-unusable", "spn-unknown"]
MADE_WITH = ("imitation", "samba")
SIGN_ONS = [{"user": "mallory@CORP.EXAMPLE", "outcome": "failed"}]


def steps(lab):
    lab.sign_on(user="mallory", tickets={"find_realm": False})
