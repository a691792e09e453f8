import PacketModel
import ByteParsing
@testable import Dissectors
import Testing

/// Builds packets layer by layer, each around the one above it.
enum PacketBytes {
    static let v4: [UInt8] = [10, 0, 0, 1, 10, 0, 0, 2]
    static let v6: [UInt8] =
        [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        + [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [2]

    static func be16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
    static func be32(_ value: Int) -> [UInt8] { be16(value >> 16 & 0xFFFF) + be16(value & 0xFFFF) }

    // MARK: Link layers

    static func ethernet(_ type: Int, _ body: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 2, count: 12) + be16(type) + body
    }
    /// What follows the first tag's EtherType: the tag's own number, then that of what follows.
    static func tag(_ type: Int, _ body: [UInt8]) -> [UInt8] { be16(7) + be16(type) + body }
    /// A session packet carrying this PPP protocol.
    static func session(_ carried: Int, first: Int = 0x1100, _ body: [UInt8]) -> [UInt8] {
        be16(first) + be16(9) + be16(body.count + 2) + be16(carried) + body
    }
    static func cooked(_ type: Int, _ body: [UInt8]) -> [UInt8] { [UInt8](repeating: 0, count: 14) + be16(type) + body }
    static func cooked2(_ type: Int, _ body: [UInt8]) -> [UInt8] {
        be16(type) + [UInt8](repeating: 0, count: 18) + body
    }
    static func family(_ number: UInt8, isBigEndian: Bool, _ body: [UInt8]) -> [UInt8] {
        (isBigEndian ? [0, 0, 0, number] : [number, 0, 0, 0]) + body
    }

    // MARK: Network layers

    /// An IPv4 packet. `length` is what it announces, where that is not its length; `fragment` holds flags and offset.
    static func ipv4(
        _ ipProtocol: UInt8, options: Int = 0, length: Int? = nil, fragment: Int = 0, first: UInt8? = nil,
        _ body: [UInt8]
    ) -> [UInt8] {
        let header = 20 + options
        return [first ?? 0x40 | UInt8(header / 4), 0] + be16(length ?? header + body.count) + be16(77) + be16(fragment)
            + [64, ipProtocol, 0, 0] + v4 + [UInt8](repeating: 1, count: options) + body
    }
    static func ipv6(_ next: UInt8, length: Int? = nil, first: UInt8 = 0x60, _ body: [UInt8]) -> [UInt8] {
        [first, 0, 0, 0] + be16(length ?? body.count) + [next, 64] + v6 + body
    }
    /// An extension header of eight octets, or of `8 * units`.
    static func header(_ next: UInt8, units: Int = 1, _ body: [UInt8]) -> [UInt8] {
        [next, UInt8(units - 1)] + [UInt8](repeating: 0, count: 8 * units - 2) + body
    }
    /// An authentication header of sixteen octets (RFC 4302).
    static func authentication(_ next: UInt8, _ body: [UInt8]) -> [UInt8] {
        [next, 2] + [UInt8](repeating: 0, count: 14) + body
    }
    static func fragment(_ next: UInt8, offset: Int, more: Bool, _ body: [UInt8]) -> [UInt8] {
        [next, 0] + be16(offset | (more ? 1 : 0)) + be32(99) + body
    }

    // MARK: Transport layers

    static func tcp(options: Int = 0, dataOffset: Int? = nil, _ payload: [UInt8] = [1, 2, 3, 4, 5]) -> [UInt8] {
        be16(1000) + be16(80) + be32(11) + be32(22) + [UInt8((dataOffset ?? (20 + options) / 4) << 4), 0x18]
            + be16(512) + be16(0xABCD) + be16(0) + [UInt8](repeating: 1, count: options) + payload
    }
    static func udp(length: Int? = nil, _ payload: [UInt8] = [1, 2, 3]) -> [UInt8] {
        be16(1000) + be16(88) + be16(length ?? 8 + payload.count) + be16(0xABCD) + payload
    }
    static func icmp(_ type: UInt8, _ code: UInt8, _ quote: [UInt8]) -> [UInt8] {
        [type, code, 0, 0, 0, 0, 0, 0] + quote
    }
}

/// One packet and what is to be made of it.
struct PacketCase: CustomTestStringConvertible, Sendable {
    var name: String
    var linkType: LinkType
    var bytes: [UInt8]
    /// Octets on the wire; the packet's own length where nothing was cut.
    var originalLength: Int
    var expected: String
    var testDescription: String { name }

    init(_ name: String, _ linkType: LinkType, _ bytes: [UInt8], originalLength: Int? = nil, _ expected: String) {
        self.name = name
        self.linkType = linkType
        self.bytes = bytes
        self.originalLength = originalLength ?? bytes.count
        self.expected = expected
    }

    /// A packet without a link layer.
    init(_ name: String, _ bytes: [UInt8], originalLength: Int? = nil, _ expected: String) {
        self.init(name, .raw, bytes, originalLength: originalLength, expected)
    }

    /// The first octets of a packet, cut by the snaplen or, where it was not, as if they were all there is.
    func prefix(_ count: Int, isCut: Bool) -> PacketCase {
        PacketCase(
            "\(name), \(count) octets", linkType, Array(bytes[..<count]),
            originalLength: isCut ? originalLength : count, "")
    }

    /// What the decoder makes of it, as one line.
    var decoded: String {
        let view = bytes.rawBytes
        var packet = DecodedPacket()
        let verdict = PacketDecoder.decode(view, originalLength: originalLength, linkType: linkType, into: &packet)
        return Self.describe(verdict, packet)
    }

    static func describe(_ verdict: PacketVerdict, _ packet: DecodedPacket) -> String {
        func ends() -> String {
            "\(packet.source) \(packet.sourcePort) > \(packet.destination) \(packet.destinationPort)"
        }
        let payload = "payload \(packet.payloadLength) of \(packet.wirePayloadLength) at \(packet.payloadOffset)"
        switch verdict {
        case .tcp: return "tcp \(ends()), \(payload)"
        case .udp: return "udp \(ends()), \(payload)"
        case .icmpError:
            return
                """
                icmp \(packet.icmpType)/\(packet.icmpCode) from \(packet.icmpSource) about \(packet.ipProtocol) \
                \(ends())
                """
        case .fragment:
            return "fragment \(packet.identification) of \(packet.ipProtocol), "
                + "\(packet.networkEnd - packet.transportOffset) octets from \(packet.fragmentOffset)"
                + (packet.hasMoreFragments ? " and more" : "")
        case .other: return "other"
        case .fault:
            guard let fault = packet.fault else { return "fault without a reason" }
            return "\(fault.layer.name) \(fault.kind.name) at \(fault.offset)"
        }
    }
}
