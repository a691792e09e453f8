"""A healthy sign-on captured on all interfaces at once

tcpdump on the interface "any": the frames have Linux's cooked header instead of
Ethernet's.
"""

FIRST = None
SHOWS = ["sll && http.response.code == 200"]
INTERFACE = "any"
NEAR_MISS = ["capture-duplicates"]


def steps(lab):
    lab.sign_on()
