import PacketModel

/// What an authentication token is, from its outermost framing inwards.
public enum TokenKind: UInt8, Sendable, Hashable, BitwiseCopyable {
    /// No token.
    case none
    /// SPNEGO NegTokenInit or NegTokenInit2 (RFC 4178, MS-SPNG 2.2.1).
    case spnegoInit
    /// SPNEGO NegTokenResp, plain or wrapped in an initial-token header.
    case spnegoResponse
    /// A krb5 token with its initial-token header, no SPNEGO (RFC 4121, 4.1).
    case rawKerberos
    /// A bare Kerberos message without any framing (a raw AP-REP).
    case bareKerberos
    /// An NTLMSSP message (MS-NLMP 2.2.1).
    case ntlm
    /// Basic credentials.
    case basic
    /// Something that is none of these.
    case unrecognised

    /// The word used in output.
    public var name: String {
        switch self {
        case .none: "none"
        case .spnegoInit: "spnego_init"
        case .spnegoResponse: "spnego_response"
        case .rawKerberos: "raw_kerberos"
        case .bareKerberos: "bare_kerberos"
        case .ntlm: "ntlm"
        case .basic: "basic"
        case .unrecognised: "unrecognised"
        }
    }
}

/// A security mechanism named by its OID (dotted text in the name table).
public struct Mechanism: Hashable, Sendable, BitwiseCopyable {
    // In four octets, together with the kind: the ids of the well-known ones come first, and have less than 24 bits.
    @usableFromInline var idLow: UInt16
    @usableFromInline var idHigh: UInt8
    /// The well-known meaning of the OID.
    public var kind: Kind

    /// The dotted text of the OID.
    @inlinable public var oid: NameID { NameID(rawValue: UInt32(idHigh) << 16 | UInt32(idLow)) }

    /// Mechanisms that matter here.
    public enum Kind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        case other
        /// 1.2.840.113554.1.2.2
        case kerberos
        /// 1.2.840.48018.1.2.2, Microsoft's
        case microsoftKerberos
        /// 1.2.840.113554.1.2.2.3
        case kerberosUserToUser
        /// 1.3.6.1.4.1.311.2.2.10
        case ntlm
        /// 1.3.6.1.4.1.311.2.2.30
        case negoEx
        /// 1.3.6.1.5.5.2
        case spnego
    }

    /// Makes a mechanism. An id that there is no room for, of an OID that nobody knows, stands for a name that was not
    /// kept.
    public init(oid: NameID, kind: Kind) {
        let oid = oid.rawValue < 1 << 24 ? oid : .overflow
        idLow = UInt16(truncatingIfNeeded: oid.rawValue)
        idHigh = UInt8(truncatingIfNeeded: oid.rawValue >> 16)
        self.kind = kind
    }
}

/// negState of a NegTokenResp (RFC 4178, 4.2.2).
public struct NegotiationState: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let acceptCompleted = NegotiationState(rawValue: 0)
    public static let acceptIncomplete = NegotiationState(rawValue: 1)
    public static let reject = NegotiationState(rawValue: 2)
    public static let requestMIC = NegotiationState(rawValue: 3)

    /// The name in RFC 4178, or nil.
    public var name: String? {
        switch rawValue {
        case 0: "accept-completed"
        case 1: "accept-incomplete"
        case 2: "reject"
        case 3: "request-mic"
        default: nil
        }
    }
}

/// A decoded authentication token: what it negotiates and which message it carries.
public struct AuthenticationToken: Sendable, BitwiseCopyable {
    /// The inner Kerberos message; its type is 0 where there was none.
    public var kerberos = KerberosMessage()
    /// The inner NTLMSSP message; its type is 0 where there was none.
    public var ntlm = NTLMMessage()
    /// The outermost framing.
    public var kind = TokenKind.none
    /// negState of a NegTokenResp.
    public var state: NegotiationState?
    /// Whether a NegTokenResp stood inside an initial-token header, where it does not belong.
    public var isOddlyWrapped = false
    /// Whether a mechListMIC was present.
    public var hasMechListMIC = false
    /// supportedMech of a NegTokenResp.
    public var supportedMechanism: Mechanism?
    /// The mechanism of the inner token.
    public var innerMechanism: Mechanism?
    /// mechTypes of a NegTokenInit, in order; of a raw token its one mechanism.
    public var mechanisms = InlineList<6, Mechanism>(filler: Mechanism(oid: .none, kind: .other))
    /// Why decoding stopped, if it did.
    public var fault: LayerFault?

    /// No token.
    public init() {}

    /// The same, made once.
    static let blank = AuthenticationToken()
}
