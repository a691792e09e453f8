"""Four requests with tokens on one kept connection, all of them served

One ticket serves several requests: each carries a fresh authenticator, and each
is answered with 200. Equal tickets in several requests are no replay.
"""

SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["ticket-replayed", "backend-401-loop"]


def steps(lab):
    lab.sign_on(browse={"paths": ["", "reports/", "style.css", "index.html"]})
