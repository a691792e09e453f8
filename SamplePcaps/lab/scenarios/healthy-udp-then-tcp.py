"""A healthy sign-on that starts with UDP and changes to TCP

A client whose settings allow UDP sends its AS request as a datagram. The KDC's
answer does not fit (KRB_ERR_RESPONSE_TOO_BIG), so the client comes back over
TCP: no fault, only the way it works.
"""

SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app.corp.example", "outcome": "succeeded"}]
SHOWS = ["kerberos.error_code == 52", "http.response.code == 200"]
NEAR_MISS = ["response-too-big-no-tcp", "kdc-udp-unanswered"]


def steps(lab):
    lab.sign_on(udp=True)
