"""Records in the DNS of a Samba domain controller, written straight into its
directory: no log-on, no remote procedure call."""

import topology


def add_dns_records(database, zone, records):
    """Records straight into the zone; Samba's DNS server serves them at once."""
    import ldb
    from samba.ndr import ndr_pack
    from samba.provision.sambadns import AAAARecord, ARecord, CNAMERecord

    base = f"DC={zone},CN=MicrosoftDNS,DC=DomainDnsZones,{database.domain_dn()}"
    for name, value in records.items():
        if isinstance(value, str):
            data = [CNAMERecord(value)]
        else:
            data = [AAAARecord(address) if ":" in address else ARecord(address) for address in value]
        database.add(
            {
                "dn": ldb.Dn(database, f"DC={name},{base}"),
                "objectClass": ["top", "dnsNode"],
                "dnsRecord": [ndr_pack(record) for record in data],
            }
        )


def add_zone(database, zone, records):
    """A zone besides the domain's own; the DNS server reads it when it starts."""
    import ldb
    from samba.dcerpc import dnsp
    from samba.ndr import ndr_pack
    from samba.provision.sambadns import NSRecord, SOARecord

    base = f"DC={zone},CN=MicrosoftDNS,DC=DomainDnsZones,{database.domain_dn()}"
    kind = dnsp.DnsProperty()
    kind.id, kind.data, kind.wDataLength, kind.namelength = dnsp.DSPROPERTY_ZONE_TYPE, dnsp.DNS_ZONE_TYPE_PRIMARY, 4, 0
    database.add(
        {"dn": ldb.Dn(database, base), "objectClass": ["top", "dnsZone"], "name": zone, "dNSProperty": [ndr_pack(kind)]}
    )
    server = f"dc1.{topology.DOMAIN}"
    database.add(
        {
            "dn": ldb.Dn(database, "DC=@," + base),
            "objectClass": ["top", "dnsNode"],
            "dnsRecord": [ndr_pack(SOARecord(server, f"hostmaster.{topology.DOMAIN}")), ndr_pack(NSRecord(server))],
        }
    )
    add_dns_records(database, zone, records)
