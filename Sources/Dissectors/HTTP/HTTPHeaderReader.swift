import PacketModel
import ByteParsing

/// A header as it was read: the message, and what its reader must know to find the next one.
struct HTTPHeader: BitwiseCopyable {
    var message: HTTPMessage
    var framing = HTTPFramingFields()
    /// Whether the body is HTML in the clear, so that a log-in form could be seen.
    var isPlainHTML = false
    /// What a request leaves to be known when its response comes.
    var outstanding: HTTPOutstandingRequest = []
    /// Why the header is incomplete or contradicts itself.
    var fault: LayerFault?

    fileprivate var mediaTypeIsHTML = false
    fileprivate var isEncoded = false
    fileprivate var keepsAlive = false

    /// A header of which nothing has been read.
    init() { message = HTTPMessage.blank }
}

/// Reads the start line and the field lines of one message (RFC 9112, 3 to 5).
struct HTTPHeaderReader: ~Copyable {
    private var authentication = HTTPAuthenticationReader()
    private var dates = HTTPDateMemo()
    private var lastMethod = NameID.none
    private var lastServer = NameID.none
    private var lastHost = NameID.none
    private var lastVia = NameID.none
    private var cleaner = AddressCleaner()
    /// The lines of the header that is read next, where they are known.
    var lines = HTTPLines()

    init() {}

    /// Reads a header that begins with a start line, into one of which nothing has been read. `isWhole` says that its
    /// empty line is there; otherwise what is there is read, and of a last line that is cut nothing but a token.
    mutating func read(_ bytes: RawSpan, isWhole: Bool, names: NameTable, into header: inout HTTPHeader) {
        let count = bytes.byteCount
        let isResponse = bytes.hasASCII("HTTP/", at: 0)
        header.message.kind = isResponse ? .response : .request
        header.message.headerBytes = Int32(clamping: count)
        if isWhole, lines.take(count) {
            readStartLine(bytes.slice(0, lines.firstEnd), isWhole: true, names, &header)
            header.message.longestFieldBytes = Int32(clamping: lines.longest)
            var index = 0
            while index < lines.count {
                readField(lines.fields[index], bytes, names, &header)
                index += 1
            }
        } else {
            readLines(bytes, names, &header)
        }
        conclude(&header)
    }

    @inline(__always)
    private mutating func readStartLine(_ line: RawSpan, isWhole: Bool, _ names: NameTable, _ header: inout HTTPHeader)
    {
        if header.message.kind == .response {
            readStatusLine(line.trimmed(), isWhole: isWhole, &header)
        } else {
            readRequestLine(line.trimmed(), isWhole: isWhole, names, &header)
        }
    }

    /// Reads a header of whose lines nothing is known.
    @inline(never)
    private mutating func readLines(_ bytes: RawSpan, _ names: NameTable, _ header: inout HTTPHeader) {
        let count = bytes.byteCount
        let lineFeed = bytes.firstIndex(of: 0x0A)
        readStartLine(bytes.slice(0, lineFeed ?? count), isWhole: lineFeed != nil, names, &header)
        var position = (lineFeed ?? count) + 1
        while position < count {
            var end = bytes.firstIndex(of: 0x0A, from: position)
            // A line that begins with white space continues the one before it (5.2).
            while let feed = end, feed + 1 < count, bytes.u8(feed + 1).isBlank {
                end = bytes.firstIndex(of: 0x0A, from: feed + 1)
            }
            let field = bytes.slice(position, end ?? count)
            let length = field.byteCount - (field.byteCount > 0 && field.u8(field.byteCount - 1) == 0x0D ? 1 : 0)
            header.message.longestFieldBytes = max(header.message.longestFieldBytes, Int32(clamping: length))
            if HTTPFieldName.mayBegin(bytes, at: position) {
                readAnyField(field, at: position, isCut: end == nil, names, &header)
            }
            position = (end ?? count) + 1
        }
    }

    private func readStatusLine(_ line: RawSpan, isWhole: Bool, _ header: inout HTTPHeader) {
        // As nearly all are written, the version is what it is taken for.
        let isUsual = line.byteCount >= 9 && line.be64(0) == HTTPStartLine.usualVersion
        if !isUsual { readVersion(line, at: 0, &header.message) }
        var position = isUsual ? 8 : 5
        while position < line.byteCount, !line.u8(position).isBlank { position += 1 }
        while position < line.byteCount, line.u8(position).isBlank { position += 1 }
        guard line.byteCount - position >= 3, let first = line.u8(position).decimalDigit,
            let second = line.u8(position + 1).decimalDigit, let third = line.u8(position + 2).decimalDigit,
            line.byteCount == position + 3 || line.u8(position + 3).decimalDigit == nil, first > 0
        else {
            if isWhole { header.fault = LayerFault(.malformed, layer: .http, at: min(position, line.byteCount)) }
            return
        }
        header.message.status = UInt16(first * 100 + second * 10 + third)
        if header.message.status >= 400 {
            header.message.phrases.formUnion(HTTPErrorPhrases(in: line.slice(from: position + 3)))
        }
    }

    private mutating func readRequestLine(
        _ line: RawSpan, isWhole: Bool, _ names: NameTable, _ header: inout HTTPHeader
    ) {
        var end = 0
        while end < line.byteCount, !line.u8(end).isBlank { end += 1 }
        let method = line.slice(0, end)
        header.message.method = readMethod(method, names)
        if method.byteCount == 4, method.hasASCII("HEAD") { header.outstanding.insert(.head) }
        let isConnect = method.byteCount == 7 && method.hasASCII("CONNECT")
        if isConnect { header.outstanding.insert(.connect) }
        // A target that may go on behind the octets that are there is not kept.
        let found =
            isWhole
            ? HTTPStartLine.versionOffset(line, from: end, to: line.byteCount)
            : HTTPStartLine.cutVersionOffset(line, from: end)
        guard let version = found else { return }
        let target = line.slice(end, version).trimmed()
        header.message.target = isConnect ? readHost(target, names) : names.internTarget(target, &cleaner)
        if line.byteCount - version != 8 || line.be64(version) != HTTPStartLine.usualVersion {
            readVersion(line, at: version, &header.message)
        }
    }

    private func readVersion(_ line: RawSpan, at offset: Int, _ message: inout HTTPMessage) {
        guard line.byteCount - offset >= 8, let major = line.u8(offset + 5).decimalDigit,
            let minor = line.u8(offset + 7).decimalDigit
        else { return }
        message.versionMajor = UInt8(major)
        message.versionMinor = UInt8(minor)
    }

    /// A line of a whole header that may be of a field that is read.
    @inline(__always)
    private mutating func readField(
        _ line: HTTPLines.Line, _ bytes: RawSpan, _ names: NameTable, _ header: inout HTTPHeader
    ) {
        let start = Int(line.start), stop = Int(line.stop)
        if let name = line.name {
            read(name, bytes.slice(Int(line.value), stop).trimmed(), at: start, isCut: false, names, &header)
        } else {
            readAnyField(bytes.slice(start, stop), at: start, isCut: false, names, &header)
        }
    }

    /// One field line, continuation lines included. White space before the colon is passed over,
    /// and a line without a colon is no field.
    @inline(never)
    private mutating func readAnyField(
        _ line: RawSpan, at offset: Int, isCut: Bool, _ names: NameTable, _ header: inout HTTPHeader
    ) {
        if let (name, length) = HTTPFieldName.atStart(of: line) {
            read(name, line.slice(from: length + 1).trimmed(), at: offset, isCut: isCut, names, &header)
            return
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        var nameEnd = colon
        while nameEnd > 0, line.u8(nameEnd - 1).isBlank { nameEnd -= 1 }
        guard let name = HTTPFieldName(line.slice(0, nameEnd)) else { return }
        read(name, line.slice(from: colon + 1).trimmed(), at: offset, isCut: isCut, names, &header)
    }

    @inline(never)
    private mutating func read(
        _ name: HTTPFieldName, _ value: RawSpan, at offset: Int, isCut: Bool, _ names: NameTable,
        _ header: inout HTTPHeader
    ) {
        switch name {
        case .authorization:
            header.message.authorization = authentication.readCredentials(
                value, isCut: isCut, place: .authorization, names: names, into: &header.message)
        case .proxyAuthorization:
            header.message.proxyAuthorization = authentication.readCredentials(
                value, isCut: isCut, place: .proxyAuthorization, names: names, into: &header.message)
        case .wwwAuthenticate:
            authentication.readChallenges(
                value, isCut: isCut, place: .challenge, names: names, into: &header.message)
        case .proxyAuthenticate:
            authentication.readChallenges(
                value, isCut: isCut, place: .proxyChallenge, names: names, into: &header.message)
        default:
            if !isCut { readPlainField(name, value, at: offset, names, &header) }
        }
    }

    @inline(__always)
    private mutating func readPlainField(
        _ name: HTTPFieldName, _ value: RawSpan, at offset: Int, _ names: NameTable, _ header: inout HTTPHeader
    ) {
        switch name {
        case .host: header.message.host = readHost(value, names)
        case .server: header.message.server = readServer(value, names)
        case .via: header.message.via = readVia(value, names)
        case .date: header.message.date = dates.parse(value)
        case .location:
            header.message.location = names.internTarget(value, &cleaner)
            if HTTPErrorPhrases.namesLogIn(value) { header.message.phrases.insert(.logInForm) }
        case .contentLength: header.framing.readContentLength(value, at: offset)
        case .transferEncoding: header.framing.readTransferEncoding(value, at: offset)
        case .connection: readConnection(value, &header)
        case .contentType: header.mediaTypeIsHTML = value.hasCaselessPrefix("text/html", at: 0)
        case .contentEncoding: header.isEncoded = !value.isCaseless("identity")
        case .cookie: readCookieNames(value, isSet: false, names, &header.message)
        case .setCookie: readCookieNames(value, isSet: true, names, &header.message)
        case .authorization, .proxyAuthorization, .wwwAuthenticate, .proxyAuthenticate: break
        }
    }

    private func conclude(_ header: inout HTTPHeader) {
        header.message.contentLength = header.framing.contentLength
        header.message.isChunked = header.framing.endsInChunked
        header.isPlainHTML = header.mediaTypeIsHTML && !header.isEncoded
        let isOld = header.message.isHTTP10
        if header.message.authorization != nil { header.outstanding.insert(.authorized) }
        if isOld, !header.keepsAlive { header.message.closesConnection = true }
        if header.message.status / 100 != 3 { header.message.phrases.remove(.logInForm) }
    }

    /// A method: mostly the last one.
    private mutating func readMethod(_ word: RawSpan, _ names: NameTable) -> NameID {
        if !names.holds(lastMethod, word) {
            lastMethod =
                HTTPKnownWords.isMethod(word) ? names.internHeader(word) : names.internKnown(HTTPKnownWords.other)
        }
        return lastMethod
    }

    /// The host and port of a Host field or a CONNECT.
    private mutating func readHost(_ value: RawSpan, _ names: NameTable) -> NameID {
        if names.holds(lastHost, value) { return lastHost }
        if let known = names.known(value) {
            lastHost = known
        } else {
            cleaner.cleanHost(value)
            lastHost = names.internHeader(cleaner.text.bytes)
        }
        return lastHost
    }

    /// What a server calls itself.
    private mutating func readServer(_ value: RawSpan, _ names: NameTable) -> NameID {
        if !names.holds(lastServer, value) {
            lastServer = names.internText(value)
        }
        return lastServer
    }

    /// Of each proxy on the way (RFC 9110, 7.6.3) its protocol and its name, where they are such; never its comment.
    private mutating func readVia(_ value: RawSpan, _ names: NameTable) -> NameID {
        if names.holds(lastVia, value) { return lastVia }
        var reader = HTTPViaReader(value)
        var line = ByteBuffer(capacity: 64)
        while let hop = reader.next() {
            if line.count > 0 { line.append(utf8: ", ") }
            if hop.isPlain {
                line.append(value.slice(hop.version.lowerBound, hop.version.upperBound))
                line.append(UInt8(ascii: " "))
                cleaner.cleanHost(value.slice(hop.name.lowerBound, hop.name.upperBound))
                line.append(cleaner.text.bytes)
            } else {
                line.append(utf8: "\(HTTPKnownWords.other)")
            }
        }
        lastVia = names.internHeader(line.bytes)
        return lastVia
    }

    /// A comma-separated list, of which two elements are of interest.
    private func readConnection(_ value: RawSpan, _ header: inout HTTPHeader) {
        var position = 0
        while position <= value.byteCount {
            let end = value.firstIndex(of: UInt8(ascii: ","), from: position) ?? value.byteCount
            let element = value.slice(position, end).trimmed()
            if element.isCaseless("close") { header.message.closesConnection = true }
            if element.isCaseless("keep-alive") { header.keepsAlive = true }
            position = end + 1
        }
    }

    private static func hasValue(_ pair: RawSpan, from equals: Int) -> Bool {
        for offset in equals..<pair.byteCount {
            let octet = pair.u8(offset)
            if octet != UInt8(ascii: "="), !octet.isHTTPSpace { return true }
        }
        return false
    }

    /// The names of cookies (RFC 6265, 4.1.1 and 4.2.1) that are known; of Set-Cookie only the first pair is one. An
    /// application may put anything into a name, so any other is told as `other`. A pair without `=`, or with nothing
    /// else behind it, may be all value, and is passed over.
    @inline(never)
    private func readCookieNames(_ value: RawSpan, isSet: Bool, _ names: NameTable, _ message: inout HTTPMessage) {
        var position = 0
        while position < value.byteCount {
            let end = value.firstIndex(of: UInt8(ascii: ";"), from: position) ?? value.byteCount
            let pair = value.slice(position, end)
            if let equals = pair.firstIndex(of: UInt8(ascii: "=")), Self.hasValue(pair, from: equals) {
                let name = pair.slice(0, equals).trimmed()
                if let told = HTTPKnownWords.toldLength(ofCookie: name) {
                    message.cookieNames.append(names.internHeader(name.slice(0, told)))
                } else {
                    message.cookieNames.append(names.internKnown(HTTPKnownWords.other))
                }
            }
            if isSet { return }
            position = end + 1
        }
    }
}
