/// A name-type of a PrincipalName (RFC 4120, 6.2; RFC 6111; RFC 6806; MS-KILE).
public struct PrincipalNameType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number on the wire.
    public var rawValue: Int32
    /// Makes a type from its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let principal = PrincipalNameType(rawValue: 1)
    public static let serviceInstance = PrincipalNameType(rawValue: 2)
    public static let serviceHost = PrincipalNameType(rawValue: 3)
    public static let enterprise = PrincipalNameType(rawValue: 10)

    /// The name in the standard; nil where the number is unknown.
    public var name: String? {
        switch rawValue {
        case 0: "NT-UNKNOWN"
        case 1: "NT-PRINCIPAL"
        case 2: "NT-SRV-INST"
        case 3: "NT-SRV-HST"
        case 4: "NT-SRV-XHST"
        case 5: "NT-UID"
        case 6: "NT-X500-PRINCIPAL"
        case 7: "NT-SMTP-NAME"
        case 10: "NT-ENTERPRISE"
        case 11: "NT-WELLKNOWN"
        case 12: "NT-SRV-HST-DOMAIN"
        case -128: "NT-MS-PRINCIPAL"
        case -129: "NT-MS-PRINCIPAL-AND-ID"
        case -130: "NT-ENT-PRINCIPAL-AND-ID"
        default: nil
        }
    }
}
