"""The answer is too big for UDP, and TCP is blocked

KRB_ERR_RESPONSE_TOO_BIG tells the client to come back over TCP; its SYNs to
port 88 stay unanswered.
"""

FIRST = ["response-too-big-no-tcp", "kdc-unreachable"]
PROOF = {"response-too-big-no-tcp": (None, "kerberos.error_code == 52")}
NEAR_MISS = ["kdc-udp-unanswered"]
MADE_WITH = ("imitation", "samba")


def prepare(lab):
    lab.firewall("dc", "tcp dport 88 drop")


def steps(lab):
    lab.sign_on(udp=True)
