"""A clock that is off by two minutes: within what Kerberos tolerates

Every exchange works. The offset can be measured, but it is below the five
minutes that KDCs and acceptors allow.
"""

FIRST = None
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["clock-skew"]


def steps(lab):
    lab.sign_on(clock=-120)
