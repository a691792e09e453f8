import ByteParsing

extension Mechanism {
    /// Reads an OBJECT IDENTIFIER; `malformed` where the element is none.
    init(_ element: DERElement, _ der: DERReader, names: NameTable) throws(ParseFault) {
        let octets = try der.objectIdentifier(element)
        let kind = Self.kind(ofEncoded: octets)
        let known = names.mechanism(kind)
        self.init(oid: known.isPresent ? known : names.intern(try der.objectIdentifierText(element)), kind: kind)
    }

    /// The mechanism of a token that came without its OID.
    init(_ kind: Kind, names: NameTable) {
        self.init(oid: names.mechanism(kind), kind: kind)
    }

    /// The well-known meaning of an OID's content octets (X.690, 8.19).
    static func kind(ofEncoded octets: RawSpan) -> Kind {
        let count = octets.byteCount
        switch count {
        case 6 where octets.be32(0) == 0x2B06_0105 && octets.be16(4) == 0x0502:
            return .spnego
        case 9 where octets.u8(8) == 0x02 && octets.be64(0) == 0x2A86_4886_F712_0102:
            return .kerberos
        case 9 where octets.u8(8) == 0x02 && octets.be64(0) == 0x2A86_4882_F712_0102:
            return .microsoftKerberos
        case 10 where octets.be64(0) == 0x2A86_4886_F712_0102 && octets.be16(8) == 0x0203:
            return .kerberosUserToUser
        case 10 where octets.be64(0) == 0x2B06_0104_0182_3702 && octets.be16(8) == 0x020A:
            return .ntlm
        case 10 where octets.be64(0) == 0x2B06_0104_0182_3702 && octets.be16(8) == 0x021E:
            return .negoEx
        default:
            return .other
        }
    }

    /// The dotted text of a well-known OID.
    static func text(of kind: Kind) -> String? {
        switch kind {
        case .other: nil
        case .kerberos: "1.2.840.113554.1.2.2"
        case .microsoftKerberos: "1.2.840.48018.1.2.2"
        case .kerberosUserToUser: "1.2.840.113554.1.2.2.3"
        case .ntlm: "1.3.6.1.4.1.311.2.2.10"
        case .negoEx: "1.3.6.1.4.1.311.2.2.30"
        case .spnego: "1.3.6.1.5.5.2"
        }
    }

    /// Whether the mechanism is Kerberos 5 under one of its OIDs.
    public var isKerberos: Bool { kind == .kerberos || kind == .microsoftKerberos || kind == .kerberosUserToUser }
}
