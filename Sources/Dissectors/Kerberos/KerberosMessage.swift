import CaptureFile
import Digests

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
    /// The first component alone: a service class such as `http`, or `krbtgt`.
    public var first: NameID
    /// How many components there were.
    public var componentCount: Int32

    /// Makes a principal name.
    public init(nameType: Int32, name: NameID, first: NameID, componentCount: Int32) {
        self.nameType = nameType
        self.name = name
        self.first = first
        self.componentCount = componentCount
    }

    /// No name: the field was absent.
    public static let none = Principal(nameType: 0, name: .none, first: .none, componentCount: 0)
    /// Whether the field was present.
    public var isPresent: Bool { name.isPresent }
}

/// What the wire shows of a Ticket (RFC 4120, 5.3), and the digest that names it everywhere.
public struct TicketReference: Hashable, Sendable, BitwiseCopyable {
    /// The realm that issued it.
    public var realm: NameID
    /// The service that it is for.
    public var sname: Principal
    /// The encryption type of its encrypted part.
    public var etype: Int32
    /// The key version number; nil where absent.
    public var kvno: UInt32?
    /// SHA-256 over the octets of enc-part's cipher, first 128 bits; zero where they were not seen whole.
    public var digest: Digest128
    /// Octets of the cipher.
    public var cipherLength: Int32

    /// Makes a reference.
    public init(realm: NameID, sname: Principal, etype: Int32, kvno: UInt32?, digest: Digest128, cipherLength: Int32) {
        self.realm = realm
        self.sname = sname
        self.etype = etype
        self.kvno = kvno
        self.digest = digest
        self.cipherLength = cipherLength
    }

    /// A ticket of which nothing is known.
    public static let unknown = TicketReference(
        realm: .none, sname: .none, etype: 0, kvno: nil, digest: Digest128(high: 0, low: 0), cipherLength: 0)
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

/// One Kerberos message, without heap: what RFC 4120 sends in the clear, and nothing secret.
public struct KerberosMessage: Sendable, BitwiseCopyable {
    /// The message type; 0 where it could not be read.
    public var type = KerberosMessageType(rawValue: 0)
    /// Which optional parts were present.
    public var parts: KerberosParts = []

    /// cname: of the request body, the reply or the error; the message's own field only.
    public var cname = Principal.none
    /// crealm of a reply or an error.
    public var crealm = NameID.none
    /// sname: of the request body or the error; of AS-REP, TGS-REP and AP-REQ that of the ticket.
    public var sname = Principal.none
    /// realm: of the request body or the error; of AS-REP, TGS-REP and AP-REQ that of the ticket.
    public var realm = NameID.none

    /// kdc-options (5.4.1), bit 0 the most significant.
    public var kdcOptions: UInt32 = 0
    /// from, till, rtime of the request body.
    public var from: CaptureTime?
    public var till: CaptureTime?
    public var renewTill: CaptureTime?
    /// nonce of the request body.
    public var nonce: UInt32 = 0
    /// etypes that the client accepts, in order.
    public var etypes = InlineList<16, Int32>(filler: 0)
    /// Addresses that the request carried.
    public var addressCount: Int32 = 0
    /// padata types of the request or reply, in order.
    public var padata = InlineList<24, Int32>(filler: 0)

    /// The ticket of a reply or an AP-REQ.
    public var ticket = TicketReference.unknown
    /// The ticket of the AP-REQ in PA-TGS-REQ: the TGT that pays for a TGS-REQ.
    public var headerTicket = TicketReference.unknown
    /// The authenticator's digest, of an AP-REQ or of PA-TGS-REQ: equal octets are a replay.
    public var authenticatorDigest = Digest128(high: 0, low: 0)
    /// The authenticator's etype.
    public var authenticatorEtype: Int32 = 0
    /// additional-tickets: in S4U2Proxy the evidence, the user's ticket to the requester.
    public var additionalTickets = InlineList<2, TicketReference>(filler: .unknown)
    /// ap-options (5.5.1), bit 0 the most significant.
    public var apOptions: UInt32 = 0
    /// etype and kvno of the reply's own encrypted part, or of an AP-REP's.
    public var encPartEtype: Int32 = 0
    public var encPartKvno: UInt32?

    /// The user of PA-FOR-USER (MS-SFU 2.2.1), else of PA-S4U-X509-USER (2.2.2).
    public var forUser = Principal.none
    public var forUserRealm = NameID.none
    /// auth-package of PA-FOR-USER.
    public var forUserPackage = NameID.none
    /// nonce of PA-S4U-X509-USER's S4UUserID.
    public var s4uNonce: UInt32 = 0
    /// PA-PAC-REQUEST's include-pac; nil where absent.
    public var includePAC: Bool?
    /// PA-PAC-OPTIONS (MS-KILE 2.2.10), bit 0 the most significant; bit 3 is resource-based
    /// constrained delegation.
    public var pacOptions: UInt32 = 0

    /// KRB-ERROR: the code, the two clocks, the text, and what e-data held.
    public var errorCode: Int32 = 0
    public var clientTime: CaptureTime?
    public var clientMicroseconds: Int32?
    public var serverTime: CaptureTime?
    public var serverMicroseconds: Int32?
    public var errorText = NameID.none
    public var errorDataShape = ErrorDataShape.absent
    /// NTSTATUS of KERB-ERROR-DATA type 3; nil where absent.
    public var ntStatus: UInt32?
    /// padata types of METHOD-DATA, or types of TYPED-DATA.
    public var errorMethods = InlineList<16, Int32>(filler: 0)

    /// Octets of the message without the TCP record mark, as announced.
    public var length: Int32 = 0

    /// A message of which nothing has been read.
    public init() {}

    /// The same, made once.
    static let blank = KerberosMessage()
}
