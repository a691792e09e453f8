"""A healthy sign-on of a user who is named by UPN

S4U2Self names alice as an enterprise principal (`alice@corp.example`, name type
10) instead of a plain account name.
"""

SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["user-unknown"]


def steps(lab):
    lab.sign_on(user="alice@corp.example")
