// HTTP connections.
import Dissectors

/// The input is a choice, the size of the segments, and what both sides send: octets as they are, NUL NUL between the
/// sides, or
/// a description of messages that are in order. Of these, how the connection is cut into segments does not show; a
/// reader that
/// has lost its way finds it again where a segment begins.
@Sendable func fuzzHTTP(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let choice = input.octet()
    let segment = input.octet() + 1
    let reading: StreamReading
    if choice & 2 != 0 {
        reading = claimSegments(conversation(&input), segment, hasTurns: true, HTTPProtocol.self)
        claim(
            !reading.records.contains("\"incomplete\":true"),
            "a message in order is not read to its end: \(reading.records)")
    } else {
        reading = StreamFeed.read(
            input.all(), by: HTTPProtocol.self, segment: segment, hasTurns: true, hasHoles: choice & 1 != 0)
    }
    for line in reading.records.utf8.split(separator: 10) { claimJSON(Array(line), "a record") }
}

/// Requests with their responses: for each a status, the shape of its body, and pieces of the target, of header fields
/// and of
/// the body.
private func conversation(_ input: inout FuzzInput) -> [UInt8] {
    var out: [UInt8] = []
    let statuses = [200, 401, 302, 400, 204, 304, 431, 500]
    for _ in 0..<8 where !input.rest.isEmpty {
        let status = statuses[input.octet() % statuses.count], shape = input.octet()
        let target = input.take(input.octet()).map { $0 > 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "a") }
        out +=
            Array("\(shape & 1 != 0 ? "POST" : "GET") /".utf8) + target + Array(" HTTP/1.1\r\n".utf8) + fields(&input)
        if shape & 1 != 0 { out += body(&input, isChunked: shape & 2 != 0) } else { out += [13, 10] }
        out += [0, 0] + Array("HTTP/1.1 \(status) X\r\n".utf8) + fields(&input)
        let hasBody = status != 204 && status != 304
        out += hasBody ? body(&input, isChunked: shape & 4 != 0) : [13, 10]
        out += [0, 0]
    }
    return out
}

/// Header fields of any octets but those that end a line or turn the direction, and but the fields that say where
/// bodies end.
private func fields(_ input: inout FuzzInput) -> [UInt8] {
    var out: [UInt8] = []
    for _ in 0..<input.octet() % 6 {
        let field = input.take(input.octet()).map { $0 < 0x20 && $0 != 9 ? UInt8(ascii: ":") : $0 }
        let text = String(decoding: field, as: UTF8.self).lowercased()
        let first = field.first ?? 0x20
        if first == 0x20 || first == 9
            || ["length", "encoding", "connection", "upgrade"].contains(where: { text.contains($0) })
        {
            continue
        }
        out += field + [13, 10]
    }
    return out
}

/// The end of the header and a body that it announces.
private func body(_ input: inout FuzzInput, isChunked: Bool) -> [UInt8] {
    let octets = input.take(Int(input.number(octets: 2)) % 3000).map { $0 == 0 ? UInt8(ascii: "0") : $0 }
    if !isChunked { return Array("Content-Length: \(octets.count)\r\n\r\n".utf8) + octets }
    var out = Array("Transfer-Encoding: chunked\r\n\r\n".utf8)
    var rest = octets[...]
    while !rest.isEmpty {
        let chunk = rest.prefix(1 + input.octet() * 4)
        out += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [13, 10]
        rest = rest.dropFirst(chunk.count)
    }
    return out + Array("0\r\n\r\n".utf8)
}
