"""The backend's name is not in the DNS

The tickets are granted, the host name is answered with NXDOMAIN, and no
connection to the backend is tried.
"""

FIRST = "dns-failure"
PROOF = {"dns-failure": "dns.flags.rcode == 3"}
NEAR_MISS = ["spn-unknown", "kdc-unreachable"]
MADE_WITH = ("imitation", "samba")


def steps(lab):
    lab.sign_on(url="http://app-old.corp.example/")
