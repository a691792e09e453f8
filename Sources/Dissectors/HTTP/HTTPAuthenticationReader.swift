import PacketModel
import ByteParsing

/// Reads challenges and credentials (RFC 9110, 11.3 and 11.4) into a message. Tokens of the schemes
/// that carry GSS-API or NTLMSSP are decoded; of the others nothing but the realm is read.
struct HTTPAuthenticationReader: ~Copyable {
    /// The decoded token that is being read.
    private var token = ByteBuffer(capacity: 16)
    private var lastScheme = NameID.none
    /// Scratch for texts that are rewritten before they are interned.
    var text = ByteBuffer(capacity: 16)

    init() {}

    /// Authorization or Proxy-Authorization: one scheme, and what follows it.
    mutating func readCredentials(
        _ value: RawSpan, isCut: Bool, place: HTTPTokenPlace, names: NameTable, into message: inout HTTPMessage
    ) -> HTTPAuthentication {
        var reader = HTTPChallengeReader(value)
        guard let scheme = reader.scheme() else { return HTTPAuthentication(scheme: .empty) }
        let rest = reader.rest()
        var credential = HTTPAuthentication(scheme: readScheme(scheme, names))
        if Self.carriesGSSToken(scheme) {
            decode(rest, isCut: isCut, place: place, index: 0, names, &credential, &message)
        } else if scheme.isCaseless("basic") {
            credential.tokenKind = .basic
        } else {
            readRealm(scheme, &reader, names, &credential)
        }
        return credential
    }

    /// One WWW-Authenticate or Proxy-Authenticate field with any number of challenges.
    mutating func readChallenges(
        _ value: RawSpan, isCut: Bool, place: HTTPTokenPlace, names: NameTable, into message: inout HTTPMessage
    ) {
        var reader = HTTPChallengeReader(value)
        while let scheme = reader.scheme() {
            let carriesToken = Self.carriesGSSToken(scheme)
            var challenge = HTTPAuthentication(scheme: readScheme(scheme, names))
            let index = place == .challenge ? message.challenges.count : message.proxyChallenges.count
            // Decoding also tells how far the characters of a token go.
            var read = 0
            if carriesToken {
                token.removeAll()
                read = Base64.decodeGroups(reader.rest(), into: &token)
            }
            if let text = reader.token68(after: read) {
                if carriesToken {
                    decode(
                        text, after: read, isCut: isCut && reader.isAtEnd, place: place, index: index, names,
                        &challenge, &message)
                }
            } else {
                readRealm(scheme, &reader, names, &challenge)
            }
            if place == .challenge {
                message.challenges.append(challenge)
            } else {
                message.proxyChallenges.append(challenge)
            }
        }
    }

    /// A scheme: mostly the last one. One that nobody knows may be a key, or a piece of one.
    private mutating func readScheme(_ word: RawSpan, _ names: NameTable) -> NameID {
        if !names.holds(lastScheme, word) {
            lastScheme =
                HTTPKnownWords.isScheme(word) ? names.internHeader(word) : names.internKnown(HTTPKnownWords.other)
        }
        return lastScheme
    }

    /// Steps over the parameters of a challenge or a credential. A realm is kept where the scheme shows it to whoever
    /// is asked for a password (RFC 7617, 2; RFC 7616, 3.3): that of any other scheme may be whatever its server put
    /// there.
    private mutating func readRealm(
        _ scheme: RawSpan, _ reader: inout HTTPChallengeReader, _ names: NameTable,
        _ authentication: inout HTTPAuthentication
    ) {
        let isShown = scheme.isCaseless("basic") || scheme.isCaseless("digest")
        while let parameter = reader.parameter() {
            if isShown, reader.name(of: parameter).isCaseless("realm") {
                authentication.realm = names.internText(reader.value(of: parameter))
            }
        }
    }

    /// Schemes whose token is one of GSS-API, SPNEGO or NTLMSSP (RFC 4559; MS-NTHT; MS-N2HT).
    private static func carriesGSSToken(_ scheme: RawSpan) -> Bool {
        scheme.isCaseless("negotiate") || scheme.isCaseless("ntlm") || scheme.isCaseless("kerberos")
            || scheme.isCaseless("nego2") || scheme.isCaseless("pku2u") || scheme.isCaseless("credssp")
    }

    /// Decodes a base64 token, of which the first `read` characters stand decoded in `token` already. The first
    /// one that means something is kept in full, of the others only the kind and the length.
    private mutating func decode(
        _ base64: RawSpan, after read: Int = 0, isCut: Bool, place: HTTPTokenPlace, index: Int32, _ names: NameTable,
        _ authentication: inout HTTPAuthentication, _ message: inout HTTPMessage
    ) {
        if read == 0 { token.removeAll() }
        let stop = Base64.decode(base64.slice(from: read), into: &token)
        authentication.tokenLength = Int32(clamping: token.count)
        if token.isEmpty {
            if stop != nil { authentication.tokenKind = .unrecognised }
            return
        }
        let fault = stop.map { _ in LayerFault(.malformed, layer: .gssapi, at: token.count) }
        if message.tokenPlace == .none {
            Self.decode(token, isCut: isCut, fault, names, &text, into: &message.token)
            authentication.tokenKind = message.token.kind
            if message.token.kind == .unrecognised {
                message.token = AuthenticationToken.blank
            } else {
                message.tokenPlace = place
                message.tokenIndex = index
            }
        } else {
            var other = AuthenticationToken.blank
            Self.decode(token, isCut: isCut, fault, names, &text, into: &other)
            authentication.tokenKind = other.kind
        }
    }

    /// Borrows the token and changes the scratch: two accesses that must not be one to `self`.
    private static func decode(
        _ token: borrowing ByteBuffer, isCut: Bool, _ fault: LayerFault?, _ names: NameTable, _ text: inout ByteBuffer,
        into decoded: inout AuthenticationToken
    ) {
        decoded.decode(token.bytes, isCut: isCut, names: names, text: &text)
        if let fault { decoded.note(fault) }
    }
}
