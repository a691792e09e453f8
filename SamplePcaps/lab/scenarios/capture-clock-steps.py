"""The capturing machine's clock was set back during the capture

From the request to the backend on, times are an hour earlier than before. The
order of the frames is right.
"""

FIRST = None
PROOF = {"capture-clock-steps": (None, "frame.time_delta < -3000")}
NEAR_MISS = ["backend-timeout"]
REWRITTEN = "the times of the frames from the request to the backend on were moved back by one hour."


def steps(lab):
    lab.sign_on()


def rewrite(capture):
    capture.delay(capture.find(lambda frame: 80 in frame.ports), -3600)
