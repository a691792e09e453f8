/// The class of a tag (X.690, 8.1.2.2).
public enum DERClass: UInt8, Sendable, BitwiseCopyable {
    case universal, application, context, `private`
}

/// The tag of an element: class, number, and whether it is constructed.
public struct DERTag: Hashable, Sendable, BitwiseCopyable {
    /// The identifier octet, which is all that a number below 31 needs, and above it any other number.
    let bits: UInt64

    /// A tag from its one identifier octet, whose number is below 31.
    @inline(__always)
    init(_ identifier: UInt8) { bits = UInt64(identifier) }

    /// A tag from its first identifier octet and the number in those that follow, which has at most 28 bits, and may
    /// be one that had no need of them.
    init(_ identifier: UInt8, highNumber number: UInt32) {
        let form = UInt64(identifier & 0xE0)
        bits = number < 31 ? form | UInt64(number) : form | 0x1F | UInt64(number & 0x0FFF_FFFF) << 8
    }

    /// Makes a tag from its parts; `number` has at most 28 bits.
    public init(_ tagClass: DERClass, _ number: UInt32, isConstructed: Bool) {
        self.init(tagClass.rawValue << 6 | (isConstructed ? 0x20 : 0), highNumber: number)
    }

    /// The class.
    public var tagClass: DERClass { DERClass(rawValue: UInt8(truncatingIfNeeded: bits & 0xFF) >> 6) ?? .private }
    /// The number.
    public var number: Int { Int(bits >> 8 == 0 ? bits & 0x1F : bits >> 8) }
    /// Whether the content is itself made of elements.
    public var isConstructed: Bool { @inline(__always) get { bits & 0x20 != 0 } }

    /// The number of a context-specific constructed tag, as EXPLICIT tagging makes them, for a comparison with such
    /// numbers: any other tag has one that is out of their range.
    var fieldNumber: UInt64 { @inline(__always) get { bits ^ 0xA0 } }

    /// Whether this is the universal tag with a number, primitive or constructed.
    func isUniversal(_ number: Int) -> Bool { bits & ~0x20 == UInt64(truncatingIfNeeded: number) }

    /// The universal tag with this number, primitive.
    public static func universal(_ number: UInt32) -> DERTag { DERTag(.universal, number, isConstructed: false) }
    /// SEQUENCE and SEQUENCE OF.
    public static var sequence: DERTag { @inline(__always) get { DERTag(DERIdentifier.sequence) } }
    /// The application tag with this number, constructed, as Kerberos and GSS-API use them.
    public static func application(_ number: UInt32) -> DERTag { DERTag(.application, number, isConstructed: true) }
    /// The context-specific tag with this number, constructed.
    public static func context(_ number: UInt32) -> DERTag { DERTag(.context, number, isConstructed: true) }
}

/// Numbers of the universal tags that are read here (X.680, 8.6).
enum DERUniversal {
    static let boolean = 1
    static let integer = 2
    static let bitString = 3
    static let octetString = 4
    static let objectIdentifier = 6
    static let enumerated = 10
    static let utf8String = 12
    static let printableString = 19
    static let ia5String = 22
    static let generalizedTime = 24
    static let visibleString = 26
    static let generalString = 27
}

/// First octets of elements as they are mostly written: strings are primitive.
enum DERIdentifier {
    static var integer: UInt8 { 0x02 }
    static var octetString: UInt8 { 0x04 }
    static var enumerated: UInt8 { 0x0A }
    static var generalizedTime: UInt8 { 0x18 }
    static var generalString: UInt8 { 0x1B }
    /// SEQUENCE and SEQUENCE OF.
    static var sequence: UInt8 { 0x30 }
    /// Ticket (RFC 4120, 5.3).
    static var ticket: UInt8 { 0x61 }
}
