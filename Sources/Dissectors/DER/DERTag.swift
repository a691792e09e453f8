/// The class of a tag (X.690, 8.1.2.2).
public enum DERClass: UInt8, Sendable, BitwiseCopyable {
    case universal, application, context, `private`
}

/// The tag of an element: class, number, and whether it is constructed.
public struct DERTag: Hashable, Sendable, BitwiseCopyable {
    /// The class in the two upper bits, then the constructed bit, then 28 bits of number.
    let bits: UInt32

    @inline(__always)
    init(bits: UInt32) { self.bits = bits }

    /// A tag from its first identifier octet and its number, which has at most 28 bits.
    init(identifier: UInt8, number: UInt32) {
        bits = UInt32(identifier & 0xE0) << 24 | number & 0x0FFF_FFFF
    }

    /// Makes a tag from its parts; `number` has at most 28 bits.
    public init(_ tagClass: DERClass, _ number: UInt32, isConstructed: Bool) {
        bits = UInt32(tagClass.rawValue) << 30 | (isConstructed ? 1 << 29 : 0) | number & 0x0FFF_FFFF
    }

    /// The class.
    public var tagClass: DERClass {
        switch bits >> 30 {
        case 0: .universal
        case 1: .application
        case 2: .context
        default: .private
        }
    }

    /// The number.
    public var number: Int { Int(bits & 0x0FFF_FFFF) }
    /// Whether the content is itself made of elements.
    public var isConstructed: Bool { bits & 1 << 29 != 0 }

    /// The number of a context-specific constructed tag, as EXPLICIT tagging makes them; -1 for any
    /// other tag.
    public var explicitNumber: Int { bits >> 29 == 0b101 ? number : -1 }

    /// The same for a comparison with such numbers: any other tag has one that is out of their range.
    var fieldNumber: UInt32 { @inline(__always) get { bits ^ 0xA000_0000 } }

    /// The universal tag with this number, primitive.
    public static func universal(_ number: UInt32) -> DERTag { DERTag(.universal, number, isConstructed: false) }
    /// SEQUENCE and SEQUENCE OF.
    public static let sequence = DERTag(.universal, 16, isConstructed: true)
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
