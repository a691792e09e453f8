import PacketModel
import ByteParsing
import Digests
import Dissectors

/// Community ID flow hashing, version 1, seed 0: the flow's name in Zeek, Suricata and others.
public enum CommunityID {
    /// `1:` and the base64 of SHA-1 over seed, addresses, protocol, padding and ports, the smaller
    /// endpoint first.
    public static func text(_ transport: Transport, _ source: Endpoint, _ destination: Endpoint) -> String {
        let (first, second) = source < destination ? (source, destination) : (destination, source)
        // Both addresses have one family on any real flow; a mixed pair is written as 16 octets each.
        let isV4 = first.address.isIPv4 && second.address.isIPv4
        func octets(_ address: IPAddress) -> [UInt8] {
            isV4 || !address.isIPv4 ? address.octets : Array(repeating: 0, count: 10) + [0xFF, 0xFF] + address.octets
        }
        func octets(_ port: UInt16) -> [UInt8] { [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)] }
        let input: [UInt8] =
            [0, 0] + octets(first.address) + octets(second.address) + [transport == .udp ? 17 : 6, 0]
            + octets(first.port) + octets(second.port)
        return "1:" + base64(Digests.sha1(input.rawBytes))
    }

    /// Base64 with padding (RFC 4648, 4).
    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let group = bytes[index..<min(index + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for place in 0..<4 {
                out.append(
                    place <= group.count ? alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
            }
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }
}
