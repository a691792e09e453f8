import PacketModel
import ByteParsing

/// Where a message's body ends (RFC 9112, 6.3).
enum HTTPBodyFraming: Equatable {
    /// There is no body.
    case none
    /// So many octets.
    case length(UInt64)
    /// Chunks up to an empty one.
    case chunked
    /// Everything up to the connection's end.
    case untilClose
    /// What follows is no longer HTTP: a tunnel or another protocol.
    case tunnel
    /// The fields contradict each other: where the next message begins is not known.
    case unknown
}

/// What the fields of one message say of its body.
struct HTTPFramingFields: BitwiseCopyable {
    /// Content-Length; the first value where several differ.
    var contentLength: UInt64?
    /// Offset of a Content-Length that is no number, or differs from one before it.
    var faultyLengthOffset: Int?
    /// Whether there was a Transfer-Encoding other than `identity`, and where.
    var transferEncodingOffset: Int?
    /// Whether `chunked` is its last coding.
    var endsInChunked = false
    /// Offset of a Transfer-Encoding with a coding that nobody has registered.
    var unknownCodingOffset: Int?

    /// Reads one Content-Length field; a list of equal numbers stands for one of them.
    mutating func readContentLength(_ value: RawSpan, at offset: Int) {
        if let number = Self.number(value), contentLength == nil || contentLength == number {
            contentLength = number
            return
        }
        var position = 0
        let count = value.byteCount
        while position <= count {
            let end = value.firstIndex(of: UInt8(ascii: ","), from: position) ?? count
            let item = value.slice(position, end).trimmed()
            if let number = Self.number(item), contentLength == nil || contentLength == number {
                contentLength = number
            } else {
                faultyLengthOffset = faultyLengthOffset ?? offset
                return
            }
            position = end + 1
        }
    }

    /// Reads one Transfer-Encoding field.
    mutating func readTransferEncoding(_ value: RawSpan, at offset: Int) {
        var position = 0
        let count = value.byteCount
        while position <= count {
            let end = value.firstIndex(of: UInt8(ascii: ","), from: position) ?? count
            let item = value.slice(position, end).trimmed()
            position = end + 1
            if item.byteCount == 0 || item.isCaseless("identity") { continue }
            transferEncodingOffset = transferEncodingOffset ?? offset
            endsInChunked = item.isCaseless("chunked")
            if !Self.isKnownCoding(item) { unknownCodingOffset = unknownCodingOffset ?? offset }
        }
    }

    /// The transfer codings of RFC 9112, 7.1 and 7.2; none of them takes parameters.
    private static func isKnownCoding(_ coding: RawSpan) -> Bool {
        coding.isCaseless("chunked") || coding.isCaseless("gzip") || coding.isCaseless("x-gzip")
            || coding.isCaseless("deflate") || coding.isCaseless("compress") || coding.isCaseless("x-compress")
    }

    private static func number(_ digits: RawSpan) -> UInt64? {
        if digits.byteCount == 0 { return nil }
        var value: UInt64 = 0
        if digits.byteCount <= 18 {
            for offset in 0..<digits.byteCount {
                let digit = digits.u8(offset) &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value &* 10 &+ UInt64(digit)
            }
            return value
        }
        for offset in 0..<digits.byteCount {
            guard let digit = digits.u8(offset).decimalDigit else { return nil }
            let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit))
            if tooLarge || carry { return nil }
            value = sum
        }
        return value
    }

    /// Where the body of a message ends, and the fault in its fields, if there is one. `status` is that of a
    /// response, `request` the request that it answers, where that is known.
    func framing(isResponse: Bool, status: UInt16, isHTTP10: Bool, answering request: HTTPOutstandingRequest?) -> (
        HTTPBodyFraming, LayerFault?
    ) {
        if isResponse {
            if status == 101 { return (.tunnel, nil) }
            if status / 100 == 1 || status == 204 || status == 304 { return (.none, nil) }
            if let request {
                if request.contains(.head) { return (.none, nil) }
                if request.contains(.connect), status / 100 == 2 { return (.tunnel, nil) }
            }
        }
        // Where the end of a faulty message is not known, a response may only run to the end.
        let lost: HTTPBodyFraming = isResponse ? .untilClose : .unknown
        if let offset = transferEncodingOffset {
            // HTTP/1.0 knows no transfer codings (6.1): a recipient must not trust the framing.
            if isHTTP10 {
                return (lost, LayerFault(.malformed, layer: .http, at: offset))
            }
            if endsInChunked { return (.chunked, nil) }
            if !isResponse { return (lost, LayerFault(.malformed, layer: .http, at: offset)) }
            // The body runs to the end (6.3), or a reader that knows the coding sees another end: that is told.
            return (lost, unknownCodingOffset.map { LayerFault(.unsupported, layer: .http, at: $0) })
        }
        if let offset = faultyLengthOffset { return (lost, LayerFault(.malformed, layer: .http, at: offset)) }
        if let contentLength { return (contentLength == 0 ? .none : .length(contentLength), nil) }
        return (isResponse ? .untilClose : .none, nil)
    }
}
