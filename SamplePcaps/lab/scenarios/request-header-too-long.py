"""The ticket of a user in many groups is too long for the backend

frank is in hundreds of groups, so his ticket is large, and the Authorization
field exceeds Apache's limit of 8190 bytes a field: 400.
"""

FIRST = "request-header-too-long"
PROOF = {"request-header-too-long": "http.response.code == 400"}
NEAR_MISS = ["request-refused", "anonymous-first-backend"]


def prepare(lab):
    lab.many_groups()
    lab.web.apache()


def steps(lab):
    lab.sign_on(user="frank")
