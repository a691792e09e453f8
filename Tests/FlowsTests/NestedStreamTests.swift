import ByteParsing
import Dissectors
import PacketModel
import Pipeline
import TestSupport
import Testing

/// Streams within streams, and packets within packets: what is inside is read, with the frames that brought it.
@Suite struct NestedStreamTests {
    /// A message, with the frames of its first and its last octet.
    private static func messages(_ packets: [TestPacket]) -> [String] {
        var lines: [String] = []
        MessageWalk.run(ListSource(packets)) { message, names in
            var text = ""
            if let http = message.content as? HTTPMessage {
                text = http.kind == .request ? names.string(http.target) ?? "-" : "\(http.status)"
            } else if let proxy = message.content as? ProxyMessage {
                func end(_ endpoint: Endpoint?) -> String { endpoint.map { "\($0.address):\($0.port)" } ?? "-" }
                text = "proxy \(proxy.version) \(end(proxy.client))>\(end(proxy.server))"
            } else if let kerberos = message.content as? KerberosMessage {
                text = "kerberos \(kerberos.type.rawValue)"
            }
            lines.append("\(text) \(message.envelope.firstFrame.frame)-\(message.envelope.frame.frame)")
            return true
        }
        return lines
    }

    /// What client and server send in turn, each piece in a packet of its own behind the handshake's three.
    private static func conversation(_ pieces: [(Direction, [UInt8])]) -> [TestPacket] {
        var packets = Conversation.handshake
        var client = 101
        var server = 501
        for (index, piece) in pieces.enumerated() {
            if piece.0 == .forward {
                packets.append(Conversation.fromClient(client, server, 10 + index, piece.1))
                client += piece.1.count
            } else {
                packets.append(Conversation.fromServer(server, client, 10 + index, piece.1))
                server += piece.1.count
            }
        }
        return packets
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    private static let request = Conversation.request
    private static let answer = Conversation.answer

    // MARK: PROXY

    private static func binary(_ command: UInt8, _ family: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, command, family]
            + [UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }
    private static let four: [UInt8] = [10, 9, 8, 7, 192, 0, 2, 1, 0x30, 0x39, 0, 80]
    private static let six: [UInt8] =
        [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        + [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [2] + [0x30, 0x39, 0, 80]

    private static let headers: [(header: [UInt8], expected: String)] = [
        (bytes("PROXY TCP4 10.9.8.7 192.0.2.1 12345 80\r\n"), "proxy 1 10.9.8.7:12345>192.0.2.1:80"),
        (bytes("PROXY TCP6 2001:db8::1 2001:db8::2 12345 80\r\n"), "proxy 1 2001:db8::1:12345>2001:db8::2:80"),
        (bytes("PROXY UNKNOWN\r\n"), "proxy 1 ->-"), (bytes("PROXY UNKNOWN any words\r\n"), "proxy 1 ->-"),
        (binary(0x21, 0x11, four), "proxy 2 10.9.8.7:12345>192.0.2.1:80"),
        (binary(0x21, 0x11, four + [3, 0, 4, 1, 2, 3, 4]), "proxy 2 10.9.8.7:12345>192.0.2.1:80"),
        (binary(0x21, 0x21, six), "proxy 2 2001:db8::1:12345>2001:db8::2:80"),
        (binary(0x20, 0, []), "proxy 2 ->-"),
    ]

    @Test(arguments: headers.indices) func whatFollowsAHeaderOfTheProxyProtocolIsRead(_ index: Int) {
        let (header, expected) = Self.headers[index]
        let together = Self.conversation([(.forward, header + Self.request), (.backward, Self.answer)])
        #expect(Self.messages(together) == ["\(expected) 4-4", "/index 4-4", "403 5-5"])
        for cut in 1..<header.count {
            let pieces = [(Direction.forward, Array(header[..<cut])), (.forward, Array(header[cut...]))]
            let read = Self.messages(Self.conversation(pieces + [(.forward, Self.request), (.backward, Self.answer)]))
            #expect(read == ["\(expected) 4-5", "/index 6-6", "403 7-7"], "cut at \(cut)")
        }
    }

    @Test(arguments: [
        "PROXY TCP4 10.9.8.7 192.0.2.1 12345\r\n", "PROXY TCP4 10.9.8.7 192.0.2.1 12345 80\n",
        "PROXY TCP5 10.9.8.7 192.0.2.1 12345 80\r\n", "PROXY TCP4 300.9.8.7 192.0.2.1 12345 80\r\n",
        "PROXY TCP4 10.9.8.7 192.0.2.1 123456 80\r\n", "PROXYTCP4 10.9.8.7 192.0.2.1 12345 80\r\n",
        "PROXY " + String(repeating: "a", count: 200) + "\r\n",
    ]) func whatOnlyBeginsLikeAHeaderIsNone(_ header: String) {
        let packets = Self.conversation([(.forward, Self.bytes(header) + Self.request), (.backward, Self.answer)])
        #expect(!Self.messages(packets).contains { $0.hasPrefix("proxy") })
    }

    @Test func kerberosBehindAHeaderIsReadOnAnyPort() throws {
        let sample = try Samples.named("event-13019-delegation-denied")
        let message = try PacketMaker.kerberos(0x6A, in: sample)
        let record = [0, 0, UInt8(message.count >> 8), UInt8(message.count & 255)] + message
        let packets = Self.conversation([
            (.forward, Self.headers[0].header), (.forward, Array(record[..<20])), (.forward, Array(record[20...])),
        ])
        #expect(Self.messages(packets) == ["\(Self.headers[0].expected) 4-4", "kerberos 10 5-6"])
    }

    // MARK: CONNECT

    private static let connect = bytes("CONNECT app.example:8080 HTTP/1.1\r\nHost: app.example:8080\r\n\r\n")
    private static let accepted = bytes("HTTP/1.1 200 Connection established\r\n\r\n")

    @Test func whatAProxyCarriesBehindAnAcceptedConnectIsRead() {
        let pieces = [
            (Direction.forward, Self.connect), (.backward, Self.accepted), (.forward, Array(Self.request[..<9])),
            (.forward, Array(Self.request[9...])), (.backward, Self.answer),
        ]
        #expect(
            Self.messages(Self.conversation(pieces)) == [
                "app.example:8080 4-4", "200 5-5", "/index 6-7", "403 8-8",
            ])
    }

    @Test func behindARefusedConnectTheConnectionGoesOn() {
        let refused = Self.bytes("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
        let pieces = [
            (Direction.forward, Self.connect), (.backward, refused), (.forward, Self.connect),
            (.backward, Self.accepted), (.forward, Self.request), (.backward, Self.answer),
        ]
        #expect(
            Self.messages(Self.conversation(pieces)) == [
                "app.example:8080 4-4", "407 5-5", "app.example:8080 6-6", "200 7-7", "/index 8-8", "403 9-9",
            ])
    }

    @Test func aHoleInATunnelCostsWhatLiesInIt() {
        let pieces = [
            (Direction.forward, Self.connect), (.backward, Self.accepted), (.forward, Self.request),
            (.backward, Self.answer), (.forward, Self.request), (.backward, Self.answer),
        ]
        var packets = Self.conversation(pieces)
        packets.remove(at: 5)
        let read = Self.messages(packets)
        #expect(read.count(where: { $0.hasPrefix("/index") }) == 1 && read.count(where: { $0.hasPrefix("403") }) == 2)
    }

    @Test func copiesInATunnelAreShownAsSuch() {
        let pieces = [(Direction.forward, Self.connect), (.backward, Self.accepted), (.forward, Self.request)]
        var packets = Self.conversation(pieces)
        var again = packets[5]
        again.time = again.time.map { $0 + 300_000_000 }
        again.bytes[4] = 9
        packets.append(again)
        var copies = 0
        MessageWalk.run(ListSource(packets)) { message, _ in
            if message.envelope.duplicateOf != nil { copies += 1 }
            return true
        }
        #expect(copies == 1)
    }

    /// Streams are read within streams down to a bound, and what lies deeper is counted.
    @Test func theDepthIsBounded() {
        var pieces: [(Direction, [UInt8])] = []
        for _ in 0..<8 { pieces += [(.forward, Self.connect), (.backward, Self.accepted)] }
        pieces += [(.forward, Self.request), (.backward, Self.answer)]
        let packets = Self.conversation(pieces)
        let read = Self.messages(packets)
        #expect(read.count(where: { $0.hasPrefix("app.example") }) == 1 + ChildStream.maximumDepth)
        let limits = Analysis.run(ListSource(packets)).limits
        #expect(limits.contains { $0.name == "nested_streams" && $0.dropped > 0 })
    }

    // MARK: VXLAN

    /// A packet that `PacketMaker` made, as the payload of a datagram between two ends of a tunnel.
    private static func tunnelled(_ packet: TestPacket, port: Int = 4789, header: [UInt8]? = nil) -> TestPacket {
        let ethernet = [UInt8](repeating: 2, count: 12) + [8, 0]
        let header = header ?? [8, 0, 0, 0, 0, 0, 42, 0]
        return PacketMaker.udp(
            0xAC10_0001, 50_000, 0xAC10_0002, port, time: packet.time, header + ethernet + packet.bytes)
    }

    private static let plain = conversation([(.forward, request), (.backward, answer)])

    @Test(arguments: [4789, 8472]) func packetsInVXLANAreReadAsIfThereWereNone(_ port: Int) {
        #expect(Self.messages(Self.plain.map { Self.tunnelled($0, port: port) }) == Self.messages(Self.plain))
        #expect(Self.messages(Self.plain).count == 2)
    }

    @Test func tunnelsWithinTunnelsAreReadDownToABound() {
        var packets = Self.plain
        for depth in 1...6 {
            packets = packets.map { Self.tunnelled($0) }
            let isRead = depth <= 4
            #expect(Self.messages(packets).count == (isRead ? 2 : 0), "depth \(depth)")
        }
    }

    @Test(
        arguments: [[0, 0, 0, 0, 0, 0, 42, 0], [8, 0, 0, 0, 0, 0, 42, 1], [0x48, 0, 0, 0, 0, 0, 42, 0]] as [[UInt8]])
    func whatIsNoVXLANIsLeftAlone(_ header: [UInt8]) {
        #expect(Self.messages(Self.plain.map { Self.tunnelled($0, header: header) }) == [])
    }

    @Test func aTunnelledPacketThatIsCutIsSaidToBe() {
        var packet = Self.tunnelled(Self.plain[3])
        let whole = packet.bytes.count
        packet.bytes = Array(packet.bytes.dropLast(20))
        packet.originalLength = whole
        var packets = Self.plain.map { Self.tunnelled($0) }
        packets[3] = packet
        var faults: [LayerFault?] = []
        MessageWalk.run(ListSource(packets)) { message, _ in
            faults.append(message.envelope.fault)
            return true
        }
        #expect(faults.first??.kind == .truncated)
    }
}
