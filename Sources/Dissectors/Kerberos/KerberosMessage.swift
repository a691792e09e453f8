import Digests

/// One Kerberos message, without heap: what RFC 4120 sends in the clear, and nothing secret.
///
/// Messages are copied into what waits for the other half of an exchange, so every octet counts: what only a request
/// has and what only a KRB-ERROR has share storage (`KerberosMessage+Shared.swift`), and so do the ticket of a reply or
/// an AP-REQ and the additional tickets of a request.
public struct KerberosMessage: Sendable, BitwiseCopyable {
    /// The message type; 0 where it could not be read.
    public var type = KerberosMessageType(rawValue: 0)
    /// Which optional parts were present.
    public var parts: KerberosParts = []
    /// Octets of the message without the TCP record mark, as announced.
    public var length: Int32 = 0

    /// crealm of a reply or an error.
    public var crealm = NameID.none
    /// cname: of the request body, the reply or the error; the message's own field only.
    public var cname = Principal.none
    /// sname: of the request body or the error; of AS-REP, TGS-REP and AP-REQ that of the ticket.
    public var sname = Principal.none
    /// realm: of the request body or the error; of AS-REP, TGS-REP and AP-REQ that of the ticket.
    public var realm = NameID.none

    /// What e-data of a KRB-ERROR held.
    public var errorDataShape = ErrorDataShape.absent
    /// Which of the numbers that have no value for "absent" are there.
    @usableFromInline var present: PresentNumbers = []
    /// kdc-options of a request; error-code of a KRB-ERROR.
    @usableFromInline var optionsOrErrorCode: UInt32 = 0
    /// nonce of a request; NTSTATUS of a KRB-ERROR.
    @usableFromInline var nonceOrNTStatus: UInt32 = 0
    /// Addresses of a request; e-text of a KRB-ERROR.
    @usableFromInline var addressCountOrErrorText: UInt32 = 0
    /// The etype of an authenticator, whose digest stands below.
    public var authenticatorEtype: Int32 = 0
    /// from of a request; ctime of a KRB-ERROR.
    @usableFromInline var fromOrClientTime = SparseTime()
    /// till of a request; stime of a KRB-ERROR.
    @usableFromInline var tillOrServerTime = SparseTime()
    /// rtime of a request; of a KRB-ERROR cusec in the lower half, and susec in the upper one.
    @usableFromInline var renewTillOrMicroseconds = SparseTime()
    /// etype of a request; types of e-data of a KRB-ERROR.
    @usableFromInline var etypesOrErrorMethods = NumberList<16>()

    /// padata types of the request or reply, in order.
    public var padata = NumberList<24>()

    /// The ticket of the AP-REQ in PA-TGS-REQ: the TGT that pays for a TGS-REQ.
    public var headerTicket = TicketReference.unknown
    /// ap-options (5.5.1), bit 0 the most significant.
    public var apOptions: UInt32 = 0
    /// The authenticator's digest, of an AP-REQ or of PA-TGS-REQ: equal octets are a replay.
    public var authenticatorDigest = Digest128(high: 0, low: 0)
    /// etype of the reply's own encrypted part, or of an AP-REP's.
    public var encPartEtype: Int32 = 0
    @usableFromInline var encPartKvnoNumber: UInt32 = 0

    /// additional-tickets: in S4U2Proxy the evidence, the user's ticket to the requester. Where there are none, the
    /// first place is that of the message's own ticket.
    public var additionalTickets = InlineList<2, TicketReference>(filler: .unknown)

    /// The user of PA-FOR-USER (MS-SFU 2.2.1), else of PA-S4U-X509-USER (2.2.2).
    public var forUser = Principal.none
    public var forUserRealm = NameID.none
    /// auth-package of PA-FOR-USER.
    public var forUserPackage = NameID.none
    /// nonce of PA-S4U-X509-USER's S4UUserID.
    public var s4uNonce: UInt32 = 0
    /// PA-PAC-OPTIONS (MS-KILE 2.2.10), bit 0 the most significant; bit 3 is resource-based
    /// constrained delegation.
    public var pacOptions: UInt32 = 0

    /// A message of which nothing has been read.
    public init() {}

    /// The same, made once.
    public static let blank = KerberosMessage()
}

/// Which numbers of a message are there, where every number may be one on the wire; and one that is a bit itself.
@usableFromInline
struct PresentNumbers: OptionSet, Sendable, BitwiseCopyable {
    @usableFromInline var rawValue: UInt8
    @inlinable init(rawValue: UInt8) { self.rawValue = rawValue }
    @inlinable static var encPartKvno: PresentNumbers { PresentNumbers(rawValue: 1 << 0) }
    @inlinable static var clientMicroseconds: PresentNumbers { PresentNumbers(rawValue: 1 << 1) }
    @inlinable static var serverMicroseconds: PresentNumbers { PresentNumbers(rawValue: 1 << 2) }
    @inlinable static var ntStatus: PresentNumbers { PresentNumbers(rawValue: 1 << 3) }
    @inlinable static var includePAC: PresentNumbers { PresentNumbers(rawValue: 1 << 4) }
    /// The value of include-pac.
    @inlinable static var wantsPAC: PresentNumbers { PresentNumbers(rawValue: 1 << 5) }

    /// Says of a number whether it is there.
    @inlinable @inline(__always)
    mutating func set(_ number: PresentNumbers, _ isThere: Bool) {
        rawValue = isThere ? rawValue | number.rawValue : rawValue & ~number.rawValue
    }
}
