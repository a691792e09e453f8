import PacketModel
import Dissectors

/// Kerberos messages by hand, and crowds of them that anybody can send: each name is made up.
package enum FloodMaker {
    package static let start: Int64 = 1_600_000_000_000_000_000
    package static let attacker: UInt32 = 0xCB00_7107  // 203.0.113.7
    package static let kdc: UInt32 = 0xC000_020A

    /// Packets so made that each is a millisecond after the one before.
    package static func time(_ index: Int) -> Int64 { start + Int64(index) * 1_000_000 }

    // MARK: Messages

    private static func wrap(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
        let content = parts.flatMap(\.self)
        if content.count < 128 { return [tag, UInt8(content.count)] + content }
        return [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    }
    private static func text(_ string: String) -> [UInt8] { wrap(0x1B, Array(string.utf8)) }
    private static func int(_ value: UInt32) -> [UInt8] {
        wrap(0x02, [0, UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)])
    }
    private static func principal(_ type: UInt8, _ components: String...) -> [UInt8] {
        wrap(0x30, wrap(0xA0, [2, 1, type]), wrap(0xA1, wrap(0x30, components.flatMap { text($0) })))
    }

    /// AS-REQ of a user.
    package static func request(_ user: String, nonce: Int) -> [UInt8] {
        let body = wrap(
            0x30, wrap(0xA0, [3, 5, 0, 0x40, 0x81, 0, 0x10]), wrap(0xA1, principal(1, user)),
            wrap(0xA2, text("CORP.EXAMPLE")),
            wrap(0xA3, principal(2, "krbtgt", "CORP.EXAMPLE")), wrap(0xA5, wrap(0x18, Array("20370913024805Z".utf8))),
            wrap(0xA7, int(UInt32(truncatingIfNeeded: nonce))), wrap(0xA8, wrap(0x30, [2, 1, 18])))
        return wrap(0x6A, wrap(0x30, wrap(0xA1, [2, 1, 5]), wrap(0xA2, [2, 1, 10]), wrap(0xA4, body)))
    }

    /// KRB-ERROR with a code.
    package static func refusal(_ code: UInt8) -> [UInt8] {
        wrap(
            0x7E,
            wrap(
                0x30, wrap(0xA0, [2, 1, 5]), wrap(0xA1, [2, 1, 30]),
                wrap(0xA4, wrap(0x18, Array("20200913122640Z".utf8))),
                wrap(0xA5, [2, 1, 1]), wrap(0xA6, [2, 1, code]), wrap(0xA9, text("CORP.EXAMPLE")),
                wrap(0xAA, principal(2, "krbtgt", "CORP.EXAMPLE"))))
    }

    package static func user(_ number: Int) -> String {
        let digits = String(number)
        return "user" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    // MARK: Crowds

    /// The packet at an index of AS-REQ and KRB-ERROR in turn, each pair with a name of its own.
    package static func refusals(
        _ code: UInt8, from source: @escaping (Int) -> UInt32 = { _ in attacker },
        by server: @escaping (Int) -> UInt32 = { _ in kdc }
    ) -> (Int) -> TestPacket {
        let refusal = refusal(code)
        return { index in
            let number = index / 2
            let port = 1024 + number % 60_000
            return index % 2 == 0
                ? PacketMaker.udp(
                    source(number), port, server(number), 88, time: time(index), request(user(number), nonce: number))
                : PacketMaker.udp(server(number), 88, source(number), port, time: time(index), refusal)
        }
    }

    /// AS-REQ that nobody answers, each with a name of its own.
    package static func requests(from source: @escaping (Int) -> UInt32 = { 0x0B00_0000 &+ UInt32($0) }) -> (Int) ->
        TestPacket
    {
        { PacketMaker.udp(source($0), 1024 + $0 % 60_000, kdc, 88, time: time($0), request(user($0), nonce: $0)) }
    }

    /// A crowd by name.
    package static func crowd(_ name: String) throws -> (count: Int, make: (Int) -> TestPacket) {
        switch name {
        case "unknown users": return (8400, refusals(6))
        case "unknown users from everywhere": return (8400, refusals(6) { 0x0B00_0000 &+ UInt32($0) })
        case "refusals by everybody": return (12_000, refusals(6, by: { 0x0C00_0000 &+ UInt32($0) }))
        case "revoked users": return (8192, refusals(18))
        case "requests without reply": return (20_000, requests())
        case "requests without reply from one host": return (20_000, requests { _ in attacker })
        case "delegations without reply":
            let request = try PacketMaker.kerberos(0x6C, in: try Samples.named("delegation-target-not-listed-mit-kdc"))
            return (
                20_000,
                { PacketMaker.udp(0x0B00_0000 &+ UInt32($0), 1024 + $0 % 60_000, kdc, 88, time: time($0), request) }
            )
        case "passwords over HTTP":
            let basic = Array("GET / HTTP/1.1\r\nHost: app.example\r\nAuthorization: Basic eDp5\r\n\r\n".utf8)
            return (
                20_000,
                {
                    PacketMaker.tcp(
                        0x0B00_0000 &+ UInt32($0), 1024 + $0 % 60_000, kdc, 80, sequence: 1, time: time($0), basic)
                }
            )
        default: throw PacketMaker.MissingMessage()
        }
    }

    /// A crowd, and a second later the packets of a sample.
    package static func source(
        _ crowd: (count: Int, make: (Int) -> TestPacket), before sample: Sample, perBatch: Int = 256
    )
        -> ListSource
    {
        let begin = sample.packets.compactMap(\.time).min() ?? 0
        let shift = time(crowd.count) + 1_000_000_000 - begin
        let packets = sample.packets.map { packet in
            var packet = packet
            packet.time = packet.time.map { $0 + shift }
            return packet
        }
        return ListSource(count: crowd.count + packets.count, perBatch: perBatch) { index in
            index < crowd.count ? crowd.make(index) : packets[index - crowd.count]
        }
    }
}
