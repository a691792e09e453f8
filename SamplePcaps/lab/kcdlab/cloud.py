"""The far end of the connector's outbound traffic: an imitation of the cloud
service behind its real names.

The names are those of the real service, because they are what makes its traffic
recognisable; they are answered by the lab's own DNS, at a documentation address,
and no packet leaves the lab. Both ends of TLS are OpenSSL's own programs.
"""

import os

from certificates import Authority
from hosts import stop

TENANT = "tenant.msappproxy.net"
BUS = "tenant-bus.servicebus.windows.net"
LOGIN = "login.microsoftonline.com"
RESPONDER = "oneocsp.microsoft.com"
ADDRESS = "203.0.113.50"
# What the service's real certificates name as their issuer; the key is the lab's.
ISSUER = ("Microsoft Azure RSA TLS Issuing CA 07", "Microsoft Corporation")
INSPECTOR = ("Example Web Gateway Inspection CA", "Example Security Appliance")
REGISTRATION = ("connectorregistrationca.msappproxy.net", None)


class Cloud:
    def __init__(self, lab):
        self.lab, self.host = lab, lab.hosts["cloud"]
        self.folder = os.path.join(lab.state, "cloud")
        self.server = None
        self._authorities = {}

    def authority(self, common, organisation=None):
        if common not in self._authorities:
            folder = os.path.join(self.folder, f"authority{len(self._authorities)}")
            self._authorities[common] = Authority(folder, common, organisation)
        return self._authorities[common]

    def certificate(self, issuer=ISSUER):
        """A certificate for the service's names, and its key."""
        return self.authority(*issuer).issue(TENANT, (TENANT, "*.msappproxy.net", BUS, LOGIN), ISSUER[1])

    def listen(self, *options, issuer=ISSUER, port=443):
        """OpenSSL's test server under the service's names, until the scenario is over."""
        pem = self.certificate(issuer)
        self.server = self.host.spawn(
            "openssl",
            "s_server",
            "-accept",
            port,
            "-cert",
            pem,
            "-key",
            pem,
            "-www",
            "-no_ticket",
            *options,
            log=os.path.join(self.lab.state, "s_server.log"),
        )
        self.lab.afterwards(stop, self.server)
        self.host.wait_for_port(port)

    def connect(self, *options, name=TENANT, proxy=None, say="", stay=0.7):
        """OpenSSL's test client on the connector: look the name up, shake hands, say something."""
        way = ("-proxy", proxy, "-connect", f"{name}:443") if proxy else ("-connect", f"{name}:443")
        command = ["openssl", "s_client", *way, "-servername", name, "-quiet", *options]
        line = " ".join(f"'{word}'" for word in map(str, command))
        script = f"(sleep {stay}; printf '{say}'; sleep {stay}) | timeout 20 {line}"
        return self.lab.connector.run("bash", "-c", script, check=False)


def fill_names(database, add_zone):
    """The service's names in the lab's DNS."""
    add_zone(database, "msappproxy.net", {"tenant": [ADDRESS], "tenant2": "nowhere.msappproxy.net"})
    add_zone(database, "servicebus.windows.net", {"tenant-bus": [ADDRESS]})
    add_zone(database, "microsoftonline.com", {"login": [ADDRESS]})
    add_zone(database, "microsoft.com", {"oneocsp": [ADDRESS]})
