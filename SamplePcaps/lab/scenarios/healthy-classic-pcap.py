"""A healthy sign-on in a classic pcap file

The same chain as in `healthy-tcp`, in tcpdump's own format.
"""

FIRST = None
SHOWS = ["http.response.code == 200"]
CONTAINER = "pcap"
NEAR_MISS = ["delegation-denied"]


def steps(lab):
    lab.sign_on()
