"""A healthy sign-on over IPv6, KDC and backend alike

The same chain as in `healthy-tcp`, on addresses from 2001:db8::/32.
"""

SIGN_ONS = [{"user": "alice@CORP.EXAMPLE", "service": "http/app6.corp.example", "outcome": "succeeded"}]
NEAR_MISS = ["spn-host-mismatch"]


def steps(lab):
    lab.sign_on(kdc="2001:db8::10", service="http/app6.corp.example", url="http://app6.corp.example/")
