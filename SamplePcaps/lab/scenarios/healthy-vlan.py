"""A healthy sign-on in a tagged VLAN

The connector's interface is a trunk: each frame carries an 802.1Q tag with the
number 30, as a mirror port delivers it.
"""

FIRST = None
SHOWS = ["vlan.id == 30 && http.response.code == 200"]
NEAR_MISS = ["capture-gaps"]
REWRITTEN = "an 802.1Q tag was put into each frame."


def steps(lab):
    lab.sign_on()


def rewrite(capture):
    for frame in capture.frames:
        frame.data = frame.data[:12] + b"\x81\x00\x00\x1e" + frame.data[12:]
        frame.length += 4
