"""The answer is too big for UDP, and the client never tries TCP

KRB_ERR_RESPONSE_TOO_BIG, and no connection to port 88 follows; a minute later the
client tries again in the same way, with the same end.
"""

from kdc_transport import KerberosError

FIRST = "response-too-big-no-tcp"
PROOF = {"response-too-big-no-tcp": ("error", "kerberos.error_code == 52", 1)}
NEVER = ["tcp.dstport == 88"]
NEAR_MISS = ["kdc-unreachable", "kdc-udp-unanswered"]
MADE_WITH = ("imitation", "samba")
REWRITTEN = "the second attempt followed at once; its frames were moved by one minute."


def steps(lab):
    connector = lab.client(udp=True)

    def no_stream(request):
        raise ConnectionError("TCP is switched off")

    def run():
        connector.kdc._stream = no_stream
        client = connector.client()
        for _ in range(2):
            try:
                client.log_on()
            except (KerberosError, OSError) as problem:
                connector.log.append(str(problem))
        return connector.log

    lab.on_connector(run)


def rewrite(capture):
    # The first attempt is four datagrams: two requests and their answers.
    capture.delay(4, 60)
