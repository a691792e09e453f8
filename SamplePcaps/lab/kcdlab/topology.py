"""The lab's hosts, addresses, names and accounts, in one place.

Addresses come from the documentation ranges of RFC 5737 and RFC 3849, names
from the reserved top-level domain of RFC 2606. All hosts hang on one bridge.
"""

from dataclasses import dataclass

REALM = "CORP.EXAMPLE"
DOMAIN = "corp.example"
BASE_DN = "DC=corp,DC=example"
PARTNER_REALM = "PARTNER.EXAMPLE"
PARTNER_DOMAIN = "partner.example"
PARTNER_DN = "DC=partner,DC=example"
UNIX_REALM = "UNIX.EXAMPLE"


@dataclass(frozen=True)
class Machine:
    """One network namespace with one interface, eth0."""

    name: str
    host: str
    ipv4: str
    ipv6: str
    more: tuple = ()  # further addresses of the same interface


MACHINES = (
    Machine("dc", "dc1.corp.example", "192.0.2.10", "2001:db8::10"),
    Machine("partnerdc", "dc1.partner.example", "192.0.2.11", "2001:db8::11"),
    Machine("unixkdc", "kdc1.unix.example", "192.0.2.12", "2001:db8::12"),
    Machine("replicadc", "dc2.corp.example", "192.0.2.13", "2001:db8::13"),
    Machine("connector", "connector1.corp.example", "192.0.2.20", "2001:db8::20"),
    # The second address is the second server of a farm.
    Machine("web", "app.corp.example", "192.0.2.30", "2001:db8::30", ("192.0.2.31",)),
    Machine("proxy", "proxy.corp.example", "198.51.100.40", "2001:db8::40"),
    Machine("cloud", "tenant.cloud.example", "203.0.113.50", "2001:db8::50"),
)
MACHINE = {machine.name: machine for machine in MACHINES}

# Every machine reaches every documentation range on its link.
LINK_ROUTES = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")

# Records of the zone corp.example besides the domain controller's own.
# A value is a list of addresses, or a name: then it is an alias.
DNS_RECORDS = {
    "app": ["192.0.2.30"],
    "app6": ["2001:db8::30"],
    "shop": ["192.0.2.30"],
    "payroll": ["192.0.2.30"],
    "legacy": ["192.0.2.30"],
    "farm": ["192.0.2.30"],
    "farm2": ["192.0.2.31"],
    "connector1": ["192.0.2.20"],
    "proxy": ["198.51.100.40"],
    "wpad": ["198.51.100.40"],
    "intranet": "app.corp.example",
}


@dataclass(frozen=True)
class Connector:
    """A connector's machine account."""

    name: str
    transition: bool = True  # "Use any authentication protocol"
    targets: tuple = ()  # the delegation list


ALL_TARGETS = (
    "http/app.corp.example",
    "http/app6.corp.example",
    "http/shop.corp.example",
    "http/legacy.corp.example",
    "http/farm.corp.example",
    "http/nosuch.corp.example",
    "http/intranet.corp.example",
)

CONNECTORS = (
    Connector("CONNECTOR1", targets=ALL_TARGETS),
    Connector("CONNECTOR2", transition=False, targets=ALL_TARGETS),
    Connector("CONNECTOR3", transition=False),
    Connector("CONNECTOR4"),
    Connector("CONNECTOR5", targets=ALL_TARGETS),  # scenarios disable it, and so on
)

# Service accounts and the names they answer to. "payroll" is on nobody's
# delegation list; "nosuch" is on the list and exists nowhere.
SERVICES = {
    "svc-app": ("http/app.corp.example", "http/app6.corp.example", "http/farm.corp.example"),
    "svc-shop": ("http/shop.corp.example",),
    "svc-payroll": ("http/payroll.corp.example",),
    "svc-legacy": ("http/legacy.corp.example",),
}

USERS = (
    "alice",
    "bob",  # in some groups: a ticket that is large and fits
    "carol",  # disabled
    "dave",  # must change the password
    "erin",  # sensitive, cannot be delegated
    "frank",  # in many groups: a large ticket
    "heidi",  # the second user where two are needed
)
GROUPS_OF_FRANK, GROUPS_OF_BOB = 1500, 120


def password(account):
    """A different password for each account: equal ones would hide a service
    name that stands on the wrong account, because RC4 keys have no salt."""
    return f"Lab-only-{account.rstrip('$').lower()}-2Wq!"
