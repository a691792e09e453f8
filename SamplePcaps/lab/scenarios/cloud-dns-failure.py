"""The cloud service's name is not answered

NXDOMAIN for the connector's own address at the service.
"""

FIRST = "cloud-dns-failure"
PROOF = {"cloud-dns-failure": (None, "dns.flags.rcode == 3", 1)}
NEAR_MISS = ["cloud-port-blocked"]
SHOWS = ["dns.flags.rcode == 3"]
MADE_WITH = ("cloud",)


def steps(lab):
    lab.cloud.connect(name="tenant3.msappproxy.net")
