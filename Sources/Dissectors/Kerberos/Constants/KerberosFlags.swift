/// kdc-options of a request body (RFC 4120, 5.4.1), bit 0 the most significant.
public struct KDCOptions: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// The 32 bits on the wire.
    public var rawValue: UInt32
    /// Makes options from their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bit 1.
    public static let forwardable = KDCOptions(rawValue: 0x4000_0000)
    /// Bit 14: S4U2Proxy (MS-SFU 2.2.3).
    public static let cnameInAdditionalTicket = KDCOptions(rawValue: 0x0002_0000)
    /// Bit 15 (RFC 6806).
    public static let canonicalize = KDCOptions(rawValue: 0x0001_0000)
    /// Bit 28: user to user.
    public static let encTicketInSessionKey = KDCOptions(rawValue: 0x0000_0008)

    /// The names of the bits that are set, in order; an unnamed bit is `unused` and its number.
    public var names: [String] { setBitNames(rawValue, Self.name) }

    private static func name(_ bit: Int) -> String? {
        switch bit {
        case 0: "reserved"
        case 1: "forwardable"
        case 2: "forwarded"
        case 3: "proxiable"
        case 4: "proxy"
        case 5: "allow-postdate"
        case 6: "postdated"
        case 8: "renewable"
        case 11: "opt-hardware-auth"
        case 14: "cname-in-addl-tkt"
        case 15: "canonicalize"
        case 16: "request-anonymous"
        case 26: "disable-transited-check"
        case 27: "renewable-ok"
        case 28: "enc-tkt-in-skey"
        case 30: "renew"
        case 31: "validate"
        default: nil
        }
    }
}

/// ap-options of an AP-REQ (RFC 4120, 5.5.1), bit 0 the most significant.
public struct APOptions: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// The 32 bits on the wire.
    public var rawValue: UInt32
    /// Makes options from their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bit 1: user to user.
    public static let useSessionKey = APOptions(rawValue: 0x4000_0000)
    /// Bit 2.
    public static let mutualRequired = APOptions(rawValue: 0x2000_0000)

    /// The names of the bits that are set, in order; an unnamed bit is `unused` and its number.
    public var names: [String] { setBitNames(rawValue, Self.name) }

    private static func name(_ bit: Int) -> String? {
        switch bit {
        case 0: "reserved"
        case 1: "use-session-key"
        case 2: "mutual-required"
        default: nil
        }
    }
}

/// The flags of PA-PAC-OPTIONS (MS-KILE 2.2.10; MS-SFU 2.2.5), bit 0 the most significant.
public struct PACOptions: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// The 32 bits on the wire.
    public var rawValue: UInt32
    /// Makes options from their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bit 3: the client knows resource-based constrained delegation.
    public static let resourceBasedConstrainedDelegation = PACOptions(rawValue: 0x1000_0000)

    /// The names of the bits that are set, in order; an unnamed bit is `unused` and its number.
    public var names: [String] { setBitNames(rawValue, Self.name) }

    private static func name(_ bit: Int) -> String? {
        switch bit {
        case 0: "claims"
        case 1: "branch-aware"
        case 2: "forward-to-full-dc"
        case 3: "resource-based-constrained-delegation"
        default: nil
        }
    }
}

/// The names of the set bits, bit 0 the most significant.
private func setBitNames(_ bits: UInt32, _ name: (Int) -> String?) -> [String] {
    var names: [String] = []
    for bit in 0..<32 where bits & (0x8000_0000 >> UInt32(bit)) != 0 {
        names.append(name(bit) ?? "unused\(bit)")
    }
    return names
}
