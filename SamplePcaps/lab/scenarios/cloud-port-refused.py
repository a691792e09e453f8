"""A firewall refuses the connector's traffic to the cloud service

The name is answered, each SYN to port 443 earns an RST.
"""

FIRST = "cloud-port-blocked"
PROOF = {"cloud-port-blocked": (None, "tcp.flags.reset == 1 && tcp.srcport == 443", 1)}
NEAR_MISS = ["cloud-connection-cut"]
MADE_WITH = ("cloud",)


def steps(lab):
    lab.cloud.connect(name="tenant-bus.servicebus.windows.net")
