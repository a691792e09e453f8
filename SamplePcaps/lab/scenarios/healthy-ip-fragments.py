"""Kerberos over UDP in IP fragments

The link takes packets of 576 bytes, so the larger requests and replies arrive in
fragments.
"""

FIRST = None
SHOWS = ["ip.flags.mf == 1", "kerberos.msg_type == 13"]
NEVER = ["kerberos.error_code && !(kerberos.error_code == 25)"]
NEAR_MISS = ["kdc-udp-unanswered", "response-too-big-no-tcp"]
NEEDS = ("unix",)
MADE_WITH = ("imitation", "unix")


def prepare(lab):
    lab.unix.keytab("CONNECTOR1$")
    for name in ("connector", "unixkdc"):
        lab.afterwards(lab.hosts[name].mtu, 1500)
        lab.hosts[name].mtu(576)


def steps(lab):
    lab.unix_sign_on(udp=True)
