"""Packets cut to 200 bytes

The snapshot length cut the tickets out of the messages: what is left tells the
kind of each message and little more.
"""

from scenario import OPEN

FIRST = OPEN
PROOF = {"capture-truncated": (None, None)}
SHOWS = ["frame.cap_len == 200 && frame.len > 200"]
NEAR_MISS = ["kdc-unreachable", "backend-unreachable"]
SNAPLEN = 200


def steps(lab):
    lab.sign_on()
