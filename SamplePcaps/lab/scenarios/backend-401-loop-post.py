"""A 401 loop of POST requests with a body

Each round sends the form's data along with the token, and the backend answers
each with the bare challenge.
"""

from backend import reply

FIRST = "backend-401-loop"
PROOF = {"backend-401-loop": ("error", "http.response.code == 401", 3)}
NEAR_MISS = ["by-design-401"]
MADE_WITH = ("imitation", "samba", "backend")


def prepare(lab):
    lab.web.imitate(lambda request: reply(401, "Negotiate"))


def steps(lab):
    lab.sign_on(browse={"rounds": 4, "method": "POST", "body": b"x" * 9000})
