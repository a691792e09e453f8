/// One challenge or credential: a scheme, and whether a token came with it.
public struct HTTPAuthentication: Sendable, BitwiseCopyable {
    /// The scheme as sent, e.g. `Negotiate`; `other` for one that nobody knows, which may be a key in its place.
    public var scheme: NameID
    /// The realm parameter of Basic and Digest, which those show to everybody; words that look like a token left out.
    public var realm: NameID
    // Three octets, beside the kind: a message has fourteen of these, and a header far less than 16 million octets.
    @usableFromInline var lengthLow: UInt16 = 0
    @usableFromInline var lengthHigh: UInt8 = 0
    /// What kind of token followed it.
    public var tokenKind: TokenKind

    /// Octets of the decoded token, at most 16 million.
    @inlinable public var tokenLength: Int32 {
        get { Int32(lengthHigh) << 16 | Int32(lengthLow) }
        set {
            let length = min(max(newValue, 0), 0xFF_FFFF)
            lengthLow = UInt16(truncatingIfNeeded: length)
            lengthHigh = UInt8(truncatingIfNeeded: length >> 16)
        }
    }

    /// Makes a challenge or credential.
    public init(scheme: NameID, tokenKind: TokenKind = .none, realm: NameID = .none, tokenLength: Int32 = 0) {
        self.scheme = scheme
        self.tokenKind = tokenKind
        self.realm = realm
        self.tokenLength = tokenLength
    }
}
