"""What is in the domain CORP.EXAMPLE: users, services, connectors, names."""

import cloud
import topology
from dns_zones import add_dns_records, add_zone
from samba_kdc import AES_ONLY, RC4_ONLY
from topology import CONNECTORS, DNS_RECORDS, GROUPS_OF_BOB, GROUPS_OF_FRANK, SERVICES, USERS, password

WORKSTATION, NORMAL, DISABLED = 0x1000, 0x200, 0x2  # userAccountControl
TRUSTED_FOR_TRANSITION, NOT_DELEGATED = 0x1000000, 0x100000


def populate(domain, database):
    """Accounts of the domain CORP.EXAMPLE."""
    database.set_pwdProperties("0")  # no complexity: the lab's passwords are readable
    database.transaction_start()
    for user in USERS:
        database.newuser(user, password(user), force_password_change_at_next_login_req=user == "dave")
        domain.set_attributes(database, user, userPrincipalName=f"{user}@{topology.DOMAIN}")
    domain.set_attributes(database, "carol", userAccountControl=str(NORMAL | DISABLED))
    domain.set_attributes(database, "erin", userAccountControl=str(NORMAL | NOT_DELEGATED))
    for account, names in SERVICES.items():
        database.newuser(account, password(account))
        kinds = RC4_ONLY if account == "svc-legacy" else AES_ONLY
        domain.set_attributes(database, account, servicePrincipalName=list(names), msDS_SupportedEncryptionTypes=kinds)
    for connector in CONNECTORS:
        account = connector.name + "$"
        database.newcomputer(connector.name)
        database.setpassword(f"(sAMAccountName={account})", password(account), False)
        control = WORKSTATION | (TRUSTED_FOR_TRANSITION if connector.transition else 0)
        host = connector.name.lower()
        domain.set_attributes(
            database,
            account,
            userAccountControl=str(control),
            msDS_SupportedEncryptionTypes=AES_ONLY,
            dNSHostName=f"{host}.{topology.DOMAIN}",
            servicePrincipalName=[f"HOST/{host}", f"HOST/{host}.{topology.DOMAIN}"],
            msDS_AllowedToDelegateTo=list(connector.targets) or None,
        )
    database.transaction_commit()
    add_dns_records(database, topology.DOMAIN, DNS_RECORDS)
    cloud.fill_names(database, add_zone)


def add_groups(domain, database):
    """Hundreds of groups, so that frank's tickets are large; bob is in some."""
    import ldb

    database.transaction_start()
    for number in range(GROUPS_OF_FRANK):
        name = f"Department-{number:04d}"
        members = [domain.dn("frank")] + ([domain.dn("bob")] if number < GROUPS_OF_BOB else [])
        database.newgroup(name)
        message = ldb.Message(ldb.Dn(database, domain.dn(name)))
        message["member"] = ldb.MessageElement(members, ldb.FLAG_MOD_ADD, "member")
        database.modify(message)
    database.transaction_commit()
