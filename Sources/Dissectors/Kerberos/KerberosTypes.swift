/// A Kerberos message type (RFC 4120, 7.5.7).
public struct KerberosMessageType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The application tag and msg-type number.
    public var rawValue: Int32
    /// Makes a type from its number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let asReq = KerberosMessageType(rawValue: 10)
    public static let asRep = KerberosMessageType(rawValue: 11)
    public static let tgsReq = KerberosMessageType(rawValue: 12)
    public static let tgsRep = KerberosMessageType(rawValue: 13)
    public static let apReq = KerberosMessageType(rawValue: 14)
    public static let apRep = KerberosMessageType(rawValue: 15)
    public static let krbError = KerberosMessageType(rawValue: 30)

    /// The name in RFC 4120, or nil where the number is unknown.
    public var name: String? {
        switch rawValue {
        case 10: "AS-REQ"
        case 11: "AS-REP"
        case 12: "TGS-REQ"
        case 13: "TGS-REP"
        case 14: "AP-REQ"
        case 15: "AP-REP"
        case 20: "KRB-SAFE"
        case 21: "KRB-PRIV"
        case 22: "KRB-CRED"
        case 30: "KRB-ERROR"
        default: nil
        }
    }
}

/// A PrincipalName (RFC 4120, 5.2.2): its type and its components joined with `/`.
public struct Principal: Hashable, Sendable, BitwiseCopyable {
    /// The name type number (6.2); 0 is NT-UNKNOWN.
    public var nameType: Int32
    /// The components joined with `/`; `.none` where the field was absent.
    public var name: NameID
    /// The id of the first component in the lower 27 bits, which is as many as ids of names have (targets, whose ids
    /// are longer, are no principals), and the count above. A message has six principals.
    @usableFromInline var firstAndCount: UInt32

    @usableFromInline static var firstMask: UInt32 { (1 << 27) - 1 }
    @usableFromInline static var maximumCount: Int32 { (1 << 5) - 1 }

    /// The first component alone: a service class such as `http`, or `krbtgt`.
    @inlinable public var first: NameID {
        @inline(__always) get { NameID(rawValue: firstAndCount & Self.firstMask) }
        set { firstAndCount = firstAndCount & ~Self.firstMask | newValue.rawValue & Self.firstMask }
    }
    /// How many components there were; 31 stands for more, too.
    @inlinable public var componentCount: Int32 {
        @inline(__always) get { Int32(truncatingIfNeeded: firstAndCount >> 27) }
        set {
            firstAndCount =
                firstAndCount & Self.firstMask | UInt32(truncatingIfNeeded: min(max(newValue, 0), Self.maximumCount))
                << 27
        }
    }

    /// Makes a principal name.
    @inlinable
    public init(nameType: Int32, name: NameID, first: NameID, componentCount: Int32) {
        self.nameType = nameType
        self.name = name
        firstAndCount = 0
        self.first = first
        self.componentCount = componentCount
    }

    /// No name: the field was absent.
    public static let none = Principal(nameType: 0, name: .none, first: .none, componentCount: 0)
    /// Whether the field was present.
    public var isPresent: Bool { name.isPresent }
}

/// What the e-data of a KRB-ERROR held (RFC 4120, 5.9.1; MS-KILE 2.2.1, 2.2.2).
public enum ErrorDataShape: UInt8, Sendable, BitwiseCopyable {
    /// No e-data.
    case absent
    /// METHOD-DATA: a sequence of PA-DATA.
    case methodData
    /// TYPED-DATA: tags [0] and [1].
    case typedData
    /// KERB-ERROR-DATA, plain or inside one more SEQUENCE.
    case kerbErrorData
    /// Octets of another form, kept as "something".
    case unrecognised
}

/// Which optional parts a message had.
public struct KerberosParts: OptionSet, Sendable, BitwiseCopyable, Hashable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// kdc-options were present.
    public static let kdcOptions = KerberosParts(rawValue: 1 << 0)
    /// A ticket (of a reply or an AP-REQ) was present.
    public static let ticket = KerberosParts(rawValue: 1 << 1)
    /// A PA-TGS-REQ with its ticket was present.
    public static let headerTicket = KerberosParts(rawValue: 1 << 2)
    /// PA-FOR-USER (129) was present.
    public static let forUser = KerberosParts(rawValue: 1 << 3)
    /// PA-S4U-X509-USER (130) was present in a TGS message.
    public static let s4uX509User = KerberosParts(rawValue: 1 << 4)
    /// PA-PAC-OPTIONS (167) was present.
    public static let pacOptions = KerberosParts(rawValue: 1 << 5)
    /// A FAST armored request or reply (136) was present.
    public static let fast = KerberosParts(rawValue: 1 << 6)
    /// A PA-ENC-TIMESTAMP (2), PA-ENCRYPTED-CHALLENGE (138) or PKINIT request (16) was present.
    public static let preauthentication = KerberosParts(rawValue: 1 << 7)
    /// error-code was read.
    public static let errorCode = KerberosParts(rawValue: 1 << 8)
    /// nonce was read.
    public static let nonce = KerberosParts(rawValue: 1 << 9)
    /// ap-options were read.
    public static let apOptions = KerberosParts(rawValue: 1 << 10)
    /// enc-part (of a reply) was read.
    public static let encPart = KerberosParts(rawValue: 1 << 11)
}
