"""A healthy sign-on, captured on the web server

Only the request with its token passes there, and the answer.
"""

FIRST = None
SHOWS = ["http.response.code == 200"]
NEVER = ["tcp.port == 88"]
WHERE = "web"
NEAR_MISS = ["kdc-unreachable", "user-ticket-never-requested"]


def steps(lab):
    lab.sign_on()
