// Small languages: base64, dates, times, addresses, names, escapes.
import PacketModel
import ByteParsing
@testable import Diagnosis
@testable import Dissectors
@testable import Exchanges
import Glibc
import Pipeline
@testable import Reporting
import Verification
@testable import kcdtrace

/// The input is a choice and a text. Each is compared with another way to the same.
@Sendable func fuzzTexts(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let choice = input.octet() % 8
    let bytes = input.all()
    let text = String(decoding: bytes, as: UTF8.self)
    switch choice {
    case 0: base64(bytes)
    case 1: httpDate(bytes)
    case 2: time(text)
    case 3: escapes(text)
    case 4: address(text)
    case 5: command(text)
    case 6: names(text)
    default: headerName(bytes)
    }
}

/// Character by character, as RFC 4648 has it.
private func base64(_ bytes: [UInt8]) {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bits = 0, held = 0, stop: Int?
    var expected: [UInt8] = []
    for (place, octet) in bytes.enumerated() {
        if octet == UInt8(ascii: "=") { break }
        if [0x20, 0x09, 0x0D, 0x0A].contains(octet) { continue }
        guard let value = alphabet.firstIndex(of: octet) else {
            stop = place
            break
        }
        bits = (bits << 6 | value) & 0xFFFF
        held += 6
        if held >= 8 {
            held -= 8
            expected.append(UInt8(truncatingIfNeeded: bits >> held))
        }
    }
    var buffer = ByteBuffer(capacity: 0)
    claimSame(Base64.decode(bytes.rawBytes, into: &buffer), stop, "base64 ends elsewhere")
    claimSame(buffer.bytes.copyBytes(), expected, "base64 means something else")
}

/// With one more space a date goes the general way.
private func httpDate(_ bytes: [UInt8]) {
    let usual = HTTPDate.parse(bytes.rawBytes)
    var memo = HTTPDateMemo()
    claimSame(memo.parse(bytes.rawBytes.trimmed()), usual, "a memo of another date")
    claimSame(memo.parse(bytes.rawBytes.trimmed()), usual, "a memo of another date, when asked again")
    guard bytes.count == 29, usual != nil, bytes[4] == 0x20 else { return }
    let spaced = Array(bytes[..<4]) + [0x20] + bytes[4...]
    claimSame(HTTPDate.parse(spaced.rawBytes), usual, "the usual way reads another date")
}

private func time(_ text: String) {
    if let bound = TimeBound(text), case .afterStart(let span) = bound { claim(span >= 0, "a span before the start") }
    guard let time = CaptureTime(rfc3339: text) else { return }
    let civil = CivilTime(time)
    let again = "\(civil.dateText)T\(civil.secondsText).\(String(civil.nanosecond + 1_000_000_000).dropFirst())Z"
    claimSame(CaptureTime(rfc3339: again), time, "\(again) is another time")
    var written = ByteBuffer(capacity: 40)
    written.append(rfc3339: time)
    claimSame(written.bytes.decodeUTF8(), again, "a time is written in two ways")
}

private func escapes(_ text: String) {
    let escaped = SafeText.escaped(text)
    claim(escaped.unicodeScalars.allSatisfy(isPlain), "not plain: \(escaped.debugDescription)")
    claimSame(SafeText.escaped(escaped), escaped, "escaped twice")
    claim(SafeText.columns(escaped) >= 0, "fewer columns than none")
    var json = ByteBuffer(capacity: 16)
    json.append(jsonString: text)
    let octets = json.bytes.copyBytes()
    claimJSON(octets, "a string")
    claimSame((try? JSONValue.parse(octets))?.text, text, "a string is read otherwise than written")
}

/// As the C library reads it.
private func address(_ text: String) {
    guard text.utf8.count <= 64, !text.utf8.contains(0) else { return }
    var room = [UInt8](repeating: 0, count: 16)
    let expected =
        inet_pton(AF_INET, text, &room) == 1 ? Array(room[..<4]) : inet_pton(AF_INET6, text, &room) == 1 ? room : nil
    guard let address = IPAddress(text) else { return claim(expected == nil, "no address: \(text)") }
    guard let expected else { return claim(false, "an address: \(text)") }
    let isMapped = expected.count == 16 && expected[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    claimSame(address.octets, isMapped ? Array(expected[12...]) : expected, "another address")
    claimSame(IPAddress(address.description), address, "\(address) is read as another address")
}

/// By a rule written apart: a letter or digit first, then what no shell reads, `$` at the end alone.
private func command(_ text: String) {
    for key in ["user", "spn", "account", "account_host", "realm", "kdc", "backend", "unknown_key"]
    where TextValues.isHarmless(text, as: key) {
        let scalars = Array(text.unicodeScalars)
        func isWord(_ scalar: Unicode.Scalar) -> Bool {
            scalar.isASCII && (Character(scalar).isLetter || Character(scalar).isNumber)
        }
        claim(scalars.first.map(isWord) ?? false, "begins with a mark: \(text)")
        for (place, scalar) in scalars.enumerated() where !isWord(scalar) {
            claim(
                "._-/:@$".unicodeScalars.contains(scalar) && (scalar != "$" || place == scalars.count - 1),
                "\(scalar) in \(text)")
        }
    }
    _ = TextValues.host(ofSPN: text)
    _ = TextValues.host(ofAccount: text)
}

private func names(_ text: String) {
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let one = HostName(parts[0]), other = HostName(parts.last ?? "")
    claimSame(one.isSameHost(as: other), other.isSameHost(as: one), "the same host in one direction alone")
    claim(one.isSameHost(as: one), "not the same host as itself")
    _ = HostName(servicePrincipalName: text)
    if let url = LocationURL(text) { claim(!url.scheme.isEmpty, "a URL without a scheme") }
}

private func headerName(_ bytes: [UInt8]) {
    _ = HTTPStartLine.probe(bytes.rawBytes)
    var reader = HTTPChallengeReader(bytes.rawBytes)
    for _ in 0...bytes.count where !reader.isAtEnd { if reader.parameter() == nil { break } }
}
