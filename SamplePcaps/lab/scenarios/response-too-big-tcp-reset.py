"""The answer is too big for UDP, and TCP is reset after the request

KRB_ERR_RESPONSE_TOO_BIG, then TCP: the handshake completes, the request goes out,
RST comes back. TCP is open; something in the path does not like what it carries.
"""

FIRST = "kdc-connection-reset"
PROOF = {"kdc-connection-reset": "tcp.flags.reset == 1 && tcp.srcport == 88"}
SHOWS = ["kerberos.error_code == 52"]
NEAR_MISS = ["response-too-big-no-tcp", "kdc-unreachable"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.firewall("dc", "tcp dport 88 tcp flags & psh == psh reject with tcp reset")


def steps(lab):
    lab.sign_on(udp=True)
