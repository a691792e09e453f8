"""A segment of the KDC's reply was never captured

The middle of the AS exchange's reply is missing from the capture; the client had
it, for the next exchange follows. The gap is the capture's, not the network's.
"""

FIRST = None
PROOF = {"capture-gaps": (None, None)}
NEAR_MISS = ["kdc-unreachable", "kdc-connection-reset"]
SHOWS = ["tcp.analysis.ack_lost_segment || tcp.analysis.lost_segment", "http.response.code == 200"]
REWRITTEN = "one full segment from the KDC was taken out."


def steps(lab):
    lab.sign_on()


def rewrite(capture):
    index = capture.find(lambda frame: frame.ports[0] == 88 and len(frame.payload) > 1400)
    del capture.frames[index]
