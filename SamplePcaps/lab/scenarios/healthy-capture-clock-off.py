"""The capturing machine's clock is an hour off, all hosts agree

The KDC's times and the backend's Date agree with each other; only the capture's
own clock differs. Nobody on the wire has a wrong clock.
"""

FIRST = None
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["capture-clock-steps"]
REWRITTEN = "the times of all frames were moved by one hour."


def steps(lab):
    lab.sign_on()


def rewrite(capture):
    capture.delay(0, 3600)
