"""The domain controller is found in the DNS, and does not answer the locator

The SRV records name it; the LDAP ping over UDP 389 stays unanswered, so the
client never tries port 88.
"""

FIRST = "dc-locator-failed"
PROOF = {"dc-locator-failed": (None, "udp.dstport == 389", 1)}
NEAR_MISS = ["kdc-unreachable", "dns-failure"]
MADE_WITH = ("samba",)

LOCATE = """
from samba.dcerpc import nbt
from samba.net import Net
from samba.param import LoadParm
from samba.credentials import Credentials
parameters = LoadParm()
parameters.set("interfaces", "eth0")
net = Net(Credentials(), parameters)
print(net.finddc(domain="corp.example", flags=nbt.NBT_SERVER_LDAP | nbt.NBT_SERVER_DS).pdc_dns_name)
"""


def prepare(lab):
    lab.firewall("dc", "udp dport 389 drop")


def steps(lab):
    lab.notes.append(lab.connector.run("/usr/bin/python3", "-c", LOCATE, check=False))
