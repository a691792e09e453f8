"""A healthy sign-on with MIT's own tools

kinit, kvno (S4U2Self and S4U2Proxy) and curl: real clients, in the order and
with the options of MIT's library. They wrap their TGS requests in FAST.
"""

FIRST = None
SHOWS = ["http.response.code == 200", "kerberos.msg_type == 13"]
NEAR_MISS = ["user-unknown", "delegation-denied"]
MADE_WITH = ("mit", "samba", "apache")


def steps(lab):
    keytab = lab.keytab("CONNECTOR1$")
    lab.mit_tools("kinit", "-k", "-t", keytab, "CONNECTOR1$")
    lab.mit_tools(
        "kvno",
        "-k",
        keytab,
        "-I",
        "alice@CORP.EXAMPLE",
        "-P",
        "HTTP/app.corp.example",
        "--out-cache",
        f"FILE:{lab.state}/user-cache",
    )
    lab.mit_tools(
        "curl",
        "-sS",
        "-o",
        "/dev/null",
        "--negotiate",
        "-u",
        ":",
        "http://app.corp.example/",
        KRB5CCNAME=f"FILE:{lab.state}/user-cache",
    )
