import Digests

/// What the wire shows of a Ticket (RFC 4120, 5.3), and the digest that names it everywhere.
public struct TicketReference: Hashable, Sendable, BitwiseCopyable {
    /// SHA-256 over the octets of enc-part's cipher, first 128 bits; zero where they were not seen whole.
    public var digest: Digest128
    /// The realm that issued it.
    public var realm: NameID
    /// The service that it is for.
    public var sname: Principal
    /// The encryption type of its encrypted part.
    public var etype: Int32
    /// The key version number, 0 where that is absent: every number may be one.
    @usableFromInline var kvnoNumber: UInt32
    /// The length of the cipher in octets, below 2^31; the uppermost bit says whether there is a key version.
    @usableFromInline var lengthWord: UInt32

    @usableFromInline static var hasKvno: UInt32 { 1 << 31 }

    /// The key version number; nil where absent.
    @inlinable public var kvno: UInt32? {
        @inline(__always) get { lengthWord & Self.hasKvno == 0 ? nil : kvnoNumber }
        @inline(__always) set {
            kvnoNumber = newValue ?? 0
            lengthWord = lengthWord & ~Self.hasKvno | (newValue == nil ? 0 : Self.hasKvno)
        }
    }
    /// Octets of the cipher.
    @inlinable public var cipherLength: Int32 {
        @inline(__always) get { Int32(bitPattern: lengthWord & ~Self.hasKvno) }
        @inline(__always) set { lengthWord = lengthWord & Self.hasKvno | UInt32(bitPattern: max(newValue, 0)) }
    }

    /// Takes over what enc-part shows.
    @inline(__always)
    mutating func setEncryptedPart(_ data: EncryptedData) {
        etype = data.etype
        kvno = data.kvno
        digest = data.digest
        cipherLength = data.length
    }

    /// Makes a reference.
    public init(realm: NameID, sname: Principal, etype: Int32, kvno: UInt32?, digest: Digest128, cipherLength: Int32) {
        self.realm = realm
        self.sname = sname
        self.etype = etype
        self.digest = digest
        kvnoNumber = kvno ?? 0
        lengthWord = UInt32(bitPattern: max(cipherLength, 0)) | (kvno == nil ? 0 : Self.hasKvno)
    }

    /// A ticket of which nothing is known.
    public static let unknown = TicketReference(
        realm: .none, sname: .none, etype: 0, kvno: nil, digest: Digest128(high: 0, low: 0), cipherLength: 0)
}
