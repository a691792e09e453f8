import ByteParsing
import PacketModel

/// Reads the header of the PROXY protocol (HAProxy, "The PROXY protocol", versions 1 and 2, section 2).
enum ProxyHeader {
    /// What the first octets of a connection are.
    enum Reading {
        /// The header, whole: its length is `headerBytes`.
        case whole(ProxyMessage)
        /// So far it may be one.
        case unfinished
        /// It begins like one, and cannot be read.
        case malformed
        /// None.
        case foreign
    }

    /// The longest line of version 1, its end included.
    static let longestLine = 107
    /// The longest header of version 2 that is read: addresses and, behind them, fields that are passed over.
    static let longestBinary = 16 + 2048

    /// So many octets of a header tell that it is one.
    static let tellingBytes = 12

    private static let word = Array("PROXY ".utf8)
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    static func read(_ bytes: RawSpan) -> Reading {
        switch agreement(bytes, with: signature) {
        case signature.count: return binary(bytes)
        case bytes.byteCount: return .unfinished
        default: break
        }
        switch agreement(bytes, with: word) {
        case word.count: return line(bytes)
        case bytes.byteCount: return .unfinished
        default: return .foreign
        }
    }

    /// How many octets are as they are expected to be.
    private static func agreement(_ bytes: RawSpan, with expected: [UInt8]) -> Int {
        var count = 0
        while count < min(bytes.byteCount, expected.count), bytes.u8(count) == expected[count] { count += 1 }
        return count
    }

    /// `PROXY TCP4 client server client-port server-port`, ended by CR LF.
    private static func line(_ bytes: RawSpan) -> Reading {
        guard let end = bytes.slice(0, min(bytes.byteCount, longestLine)).firstIndex(of: 0x0A, from: 0) else {
            return bytes.byteCount < longestLine ? .unfinished : .malformed
        }
        guard end > 0, bytes.u8(end - 1) == 0x0D else { return .malformed }
        let words = bytes.slice(word.count, end - 1).decodeUTF8().split(
            separator: " ", omittingEmptySubsequences: false)
        var message = ProxyMessage()
        message.version = 1
        message.headerBytes = Int32(end + 1)
        if words.first == "UNKNOWN" { return .whole(message) }
        guard words.count == 5, words[0] == "TCP4" || words[0] == "TCP6",
            let client = IPAddress(String(words[1])), let server = IPAddress(String(words[2])),
            let clientPort = UInt16(words[3]), let serverPort = UInt16(words[4])
        else { return .malformed }
        message.isLocal = false
        message.client = Endpoint(address: client, port: clientPort)
        message.server = Endpoint(address: server, port: serverPort)
        return .whole(message)
    }

    /// Signature, version and command, family and protocol, length, then addresses and fields of so many octets.
    private static func binary(_ bytes: RawSpan) -> Reading {
        guard bytes.byteCount >= 16 else { return .unfinished }
        let command = bytes.u8(12)
        let length = 16 + Int(bytes.be16(14))
        guard command >> 4 == 2, command & 15 <= 1, length <= longestBinary else { return .malformed }
        guard bytes.byteCount >= length else { return .unfinished }
        var message = ProxyMessage()
        message.version = 2
        message.headerBytes = Int32(length)
        message.isLocal = command & 15 == 0
        switch (message.isLocal, bytes.u8(13) >> 4) {
        case (false, 1) where length >= 28:
            message.client = Endpoint(address: IPAddress(v4: bytes.be32(16)), port: bytes.be16(24))
            message.server = Endpoint(address: IPAddress(v4: bytes.be32(20)), port: bytes.be16(26))
        case (false, 2) where length >= 52:
            message.client = Endpoint(
                address: IPAddress(high: bytes.be64(16), low: bytes.be64(24)), port: bytes.be16(48))
            message.server = Endpoint(
                address: IPAddress(high: bytes.be64(32), low: bytes.be64(40)), port: bytes.be16(50))
        case (false, 1), (false, 2): return .malformed
        default: break
        }
        return .whole(message)
    }
}
