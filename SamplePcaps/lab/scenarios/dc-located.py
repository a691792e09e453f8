"""The domain controller is found in the DNS, and answers the locator

SRV records, an LDAP ping over UDP 389, and its answer: what precedes the first
request to port 88.
"""

FIRST = None
SHOWS = ["udp.srcport == 389"]
NEAR_MISS = ["dc-locator-failed", "dns-failure", "capture-one-sided"]
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


def steps(lab):
    lab.notes.append(lab.connector.run("/usr/bin/python3", "-c", LOCATE, check=False))
