"""A healthy sign-on in a pcap file with nanoseconds

The same chain as in `healthy-tcp`, under the other magic number.
"""

FIRST = None
SHOWS = ["http.response.code == 200"]
CONTAINER = "nsecpcap"
NEAR_MISS = ["clock-skew"]


def steps(lab):
    lab.sign_on()
