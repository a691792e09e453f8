"""A client that waits for the challenge before it sends its token

The first request has no Authorization field and earns a 401 with the challenge
Negotiate; the second carries the token and is served. That is how browsers do
it, and no fault.
"""

SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["negotiate-not-offered", "backend-401-loop", "anonymous-first-backend", "by-design-401"]


def steps(lab):
    lab.sign_on(browse={"challenge_first": True})
