import PacketModel
import ByteParsing

/// Where bodies end, and which of them are looked into.
extension HTTPConnection {
    // Headers are handed on as `inout`, although nothing is changed: borrowed, structs of this size are copied.

    static func framing(
        of header: inout HTTPHeader, answering request: HTTPOutstandingRequest?
    ) -> (HTTPBodyFraming, LayerFault?) {
        let (framing, fault) = header.framing.framing(
            isResponse: header.message.kind == .response, status: header.message.status,
            isHTTP10: header.message.isHTTP10,
            answering: request)
        if let own = header.fault { return (framing, own) }
        return (framing, fault)
    }

    static func phase(after framing: HTTPBodyFraming) -> HTTPSide.Phase {
        switch framing {
        case .none: .start
        case .length(let length): .body(length)
        case .chunked: .chunkSize
        case .untilClose: .untilClose
        case .tunnel: .tunnel
        case .unknown: .lost
        }
    }

    /// Whether a response's body may say why it failed: that the header was too long, or, after an
    /// Authorization that was not accepted, that the application asks for a password of its own.
    static func wantsLook(
        _ header: inout HTTPHeader, _ framing: HTTPBodyFraming, answering request: HTTPOutstandingRequest?
    ) -> Bool {
        guard header.message.kind == .response, framing != .none, framing != .tunnel else { return false }
        switch header.message.status {
        case 400, 413, 414, 431, 494: return header.message.phrases.isEmpty
        case 200:
            guard header.isPlainHTML, header.message.tokenPlace == .none else { return false }
            return request?.contains(.authorized) ?? false
        default: return false
        }
    }

    /// How many of a body's first octets are looked at, of those that are shown.
    static func lookedAtLength(_ body: RawSpan, _ framing: HTTPBodyFraming) -> Int {
        var length = min(body.byteCount, lookedAtBodyBytes)
        if case .length(let total) = framing { length = Int(min(UInt64(length), total)) }
        if framing == .chunked, let end = chunkedEnd(body) { length = min(length, end) }
        return length
    }

    /// Whether no later octet could change what a look at the body finds.
    static func showsEnoughBody(_ body: RawSpan, _ framing: HTTPBodyFraming) -> Bool {
        switch framing {
        case .length(let total): UInt64(body.byteCount) >= min(total, UInt64(lookedAtBodyBytes))
        case .chunked: body.byteCount >= lookedAtBodyBytes || chunkedEnd(body) != nil
        default: body.byteCount >= lookedAtBodyBytes
        }
    }

    /// Where the last chunk of a body begins, or where it stops making sense; nil where neither is
    /// shown.
    static func chunkedEnd(_ body: RawSpan) -> Int? {
        var position = 0
        while position < body.byteCount, position < lookedAtBodyBytes {
            var scanned = 0
            guard let line = line(body, from: position, &scanned) else { return nil }
            guard let size = chunkSize(body.slice(position, line)), size > 0 else { return line }
            let (next, overflow) = line.addingReportingOverflow(size)
            if overflow || next >= body.byteCount { return nil }
            position = next
            while position < body.byteCount, body.u8(position).isLineEnd { position += 1 }
        }
        return nil
    }
}
