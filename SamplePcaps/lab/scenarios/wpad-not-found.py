"""No proxy is found by itself: wpad is not in the DNS

NXDOMAIN for the name wpad, and the connector goes out directly. That is how most
networks look.
"""

FIRST = None
SHOWS = ["dns.flags.rcode == 3", "tls.handshake.type == 11"]
NEAR_MISS = ["wpad-proxy-in-use", "dns-failure", "cloud-dns-failure"]
MADE_WITH = ("cloud", "curl")


def prepare(lab):
    lab.cloud.listen("-tls1_2")


def steps(lab):
    lab.mit_tools("curl", "-sS", "-o", "/dev/null", "http://wpad.branch.corp.example/wpad.dat")
    lab.cloud.connect("-tls1_2")
