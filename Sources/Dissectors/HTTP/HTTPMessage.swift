import PacketModel

/// Request or response.
public enum HTTPMessageKind: UInt8, Sendable, BitwiseCopyable {
    case request, response
}

/// Where an HTTP message carried the token that was decoded in full.
public enum HTTPTokenPlace: UInt8, Sendable, BitwiseCopyable {
    case none, authorization, proxyAuthorization, challenge, proxyChallenge
}

/// Fixed phrases that servers write into status lines and error bodies; nothing else of a body is
/// ever looked at.
public struct HTTPErrorPhrases: OptionSet, Sendable, BitwiseCopyable, Hashable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The header or a header field was too long.
    public static let headerTooLong = HTTPErrorPhrases(rawValue: 1)
    /// A log-in form was sent.
    public static let logInForm = HTTPErrorPhrases(rawValue: 2)
}

/// One HTTP/1.x request or response header, without heap: what diagnosis needs, and no secret.
public struct HTTPMessage: Sendable, BitwiseCopyable {
    /// Request or response.
    public var kind: HTTPMessageKind
    /// Major and minor version digit.
    public var versionMajor: UInt8 = 1
    public var versionMinor: UInt8 = 1
    /// Where the token stood that was decoded in full.
    public var tokenPlace = HTTPTokenPlace.none
    /// The status code of a response.
    public var status: UInt16 = 0
    /// Phrases found in the status line or in the first octets of an error body.
    public var phrases: HTTPErrorPhrases = []
    /// The method of a request; `other` for what does not look like one.
    public var method = NameID.none
    /// The request target, cleaned of what may be a secret. Targets that differ have ids that differ, whatever is shown
    /// of them.
    public var target = NameID.none
    /// Host, Server, Location and Via, cleaned alike.
    public var host = NameID.none
    public var server = NameID.none
    public var location = NameID.none
    public var via = NameID.none
    /// Octets of the start line and the header fields, the empty line included.
    public var headerBytes: Int32 = 0
    /// The longest single header line, in octets.
    public var longestFieldBytes: Int32 = 0
    @usableFromInline var sparseDate = SparseTime()
    @usableFromInline var bodyLength: UInt64 = 0
    @usableFromInline var hasContentLength = false
    /// Whether the body is chunked.
    public var isChunked = false
    /// Whether the connection ends after this message.
    public var closesConnection = false
    @usableFromInline var tokenNumber: UInt8 = 0
    /// The Authorization and Proxy-Authorization credentials.
    public var authorization: HTTPAuthentication?
    public var proxyAuthorization: HTTPAuthentication?
    /// The names of Cookie and Set-Cookie that everybody knows, `other` for any other; never values.
    public var cookieNames = InlineList<8, NameID>(filler: .none)
    /// The first token that could be decoded; `tokenPlace` says where it stood.
    public var token = AuthenticationToken()
    /// The WWW-Authenticate and Proxy-Authenticate challenges, in order.
    public var challenges = InlineList<6, HTTPAuthentication>(filler: HTTPAuthentication(scheme: .none))
    public var proxyChallenges = InlineList<6, HTTPAuthentication>(filler: HTTPAuthentication(scheme: .none))

    /// An empty request or response.
    public init(kind: HTTPMessageKind) { self.kind = kind }

    /// The Date field.
    @inlinable public var date: CaptureTime? {
        get { sparseDate.time }
        set { sparseDate.time = newValue }
    }
    /// Content-Length as sent; nil where absent.
    @inlinable public var contentLength: UInt64? {
        get { hasContentLength ? bodyLength : nil }
        set {
            bodyLength = newValue ?? 0
            hasContentLength = newValue != nil
        }
    }
    /// The index of the challenge with the token that was decoded.
    @inlinable public var tokenIndex: Int32 {
        get { Int32(tokenNumber) }
        set { tokenNumber = UInt8(clamping: newValue) }
    }

    /// Whether the version is 1.0.
    var isHTTP10: Bool { versionMajor == 1 && versionMinor == 0 }

    /// An empty request, made once.
    public static let blank = HTTPMessage(kind: .request)
}
