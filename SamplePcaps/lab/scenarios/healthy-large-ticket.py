"""A large ticket that fits

The user is in a few dozen groups: the ticket is large, the header field stays
below the backend's limit, and the page is served.
"""

FIRST = None
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["ticket-oversized", "request-header-too-long"]


def prepare(lab):
    lab.many_groups()
    lab.web.apache()


def steps(lab):
    lab.sign_on(user="bob")
