"""The realm's KDC cannot be found in the DNS

MIT's kinit looks for the SRV records of a realm that has none: NXDOMAIN, and no
request to any KDC.
"""

FIRST = "dns-failure"
PROOF = {"dns-failure": (None, "dns.flags.rcode == 3", 1)}
NEAR_MISS = ["kdc-unreachable", "connector-account-unusable"]
MADE_WITH = ("mit", "samba")

CONFIG = """[libdefaults]
  default_realm = ABSENT.CORP.EXAMPLE
  dns_lookup_realm = false
  dns_lookup_kdc = true
  rdns = false
"""


def steps(lab):
    config = lab.file("absent.conf", CONFIG)
    lab.mit_tools("kinit", "alice", KRB5_CONFIG=config)
