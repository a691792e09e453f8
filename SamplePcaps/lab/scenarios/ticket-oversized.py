"""The user's ticket is larger than Windows' old limit

frank is in so many groups that his ticket exceeds 12000 bytes, the MaxTokenSize
of older Windows. It is granted; the backend's limit for a header is lower still:
400.
"""

FIRST = ["ticket-oversized", "request-header-too-long"]
PROOF = {"ticket-oversized": (None, 'kerberos.msg_type == 13 && kerberos.SNameString == "app.corp.example"')}
SHOWS = ["http.response.code == 400"]
NEAR_MISS = ["request-refused"]


def prepare(lab):
    lab.many_groups()
    lab.web.apache()


def steps(lab):
    lab.sign_on(user="frank", tickets={"find_realm": False})
