import TestSupport
import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Pipeline
import Testing

/// Octets on port 88 that cannot be read, and hosts that only knock there, are no evidence of anything.
@Suite struct UnreadableKerberosTests {
    private static let start: Int64 = 1_700_000_000_000_000_000
    private static let client: UInt32 = 0xCB00_7107
    private static let kdc: UInt32 = 0xC000_020A
    /// A packet of somebody else a minute later: what was not answered by then never will be.
    private static let later = PacketMaker.udp(
        0xC633_6401, 5000, 0xC633_6402, 6000, time: start + 60_000_000_000, [0x78])

    private static func time(_ milliseconds: Int) -> Int64 { start + Int64(milliseconds) * 1_000_000 }

    private static func datagram(
        _ payload: [UInt8], from client: UInt32 = client, port: Int = 50_000, at milliseconds: Int = 0
    ) -> TestPacket {
        PacketMaker.udp(client, port, kdc, 88, time: time(milliseconds), payload)
    }

    /// A connection over which this much is sent, and which the server then closes.
    private static func connection(_ payload: [UInt8], port: Int = 50_000, at milliseconds: Int = 0) -> [TestPacket] {
        func sent(_ sequence: Int, _ acknowledgment: Int, _ flags: UInt8 = TCP.ack, _ payload: [UInt8] = [])
            -> TestPacket
        {
            PacketMaker.tcp(
                client, port, kdc, 88, sequence: UInt32(sequence), acknowledgment: UInt32(acknowledgment), flags: flags,
                time: time(milliseconds), payload)
        }
        func got(_ sequence: Int, _ acknowledgment: Int, _ flags: UInt8) -> TestPacket {
            PacketMaker.tcp(
                kdc, 88, client, port, sequence: UInt32(sequence), acknowledgment: UInt32(acknowledgment), flags: flags,
                time: time(milliseconds))
        }
        let end = 101 + payload.count
        return [
            sent(100, 0, TCP.syn), got(500, 101, TCP.syn | TCP.ack), sent(101, 501), sent(101, 501, TCP.ack, payload),
            got(501, end, TCP.fin | TCP.ack), sent(end, 502, TCP.fin | TCP.ack),
        ]
    }

    private static func record(_ length: Int, _ message: [UInt8]) -> [UInt8] {
        [0, 0, UInt8(length >> 8), UInt8(length & 255)] + message
    }

    private static func run(_ packets: [TestPacket]) -> AnalysisResult { Analysis.run(ListSource(packets + [later])) }

    private static func alarms(_ packets: [TestPacket]) -> [String] {
        run(packets).findings.map { "\($0.severity) \($0.rule.slug)" }.filter { !$0.hasPrefix("info") }
    }

    static let malformed: [[UInt8]] = [
        [0x6A, 0x03, 0x30, 0x01, 0x00], [0x6A], [0x6C], [0x6A, 0x80], [0x6A, 0x82, 0x01, 0x00, 0x30],
        [0x6C, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x6A, 0x02, 0x30, 0x00], [0x6C, 0x00], [0x6A, 0x05, 0x30, 0x03, 0xA1, 0x01, 0x05],
        [0x6C, 0x0A] + [UInt8](repeating: 0, count: 10),
    ]

    /// Neither a datagram nor a connection with such octets makes a request, a client or a failed controller.
    @Test(arguments: malformed) func isNoRequest(_ bytes: [UInt8]) {
        let datagram = Self.run([Self.datagram(bytes), Self.datagram(bytes, at: 1000)])
        #expect(datagram.findings.isEmpty && datagram.ticketRequests.isEmpty && datagram.hosts.isEmpty)
        for length in [bytes.count, 300] {
            let stream = Self.run(Self.connection(Self.record(length, bytes)))
            #expect(stream.findings.allSatisfy { $0.severity == .info } && stream.ticketRequests.isEmpty, "\(length)")
        }
    }

    @Test func aFloodOfGarbageMakesNoFinding() {
        var random = SeededNumbers(88)
        var packets: [TestPacket] = []
        for number in 0..<4000 {
            let tags: [UInt8] = [0x6A, 0x6B, 0x6C, 0x6D, 0x7E, 0x60, 0x6E]
            var bytes = [tags[random.below(tags.count)]]
            let count = [1, 4, 20, 80, 200][random.below(5)]
            if random.below(3) == 0 { bytes += [0x81, UInt8(count)] }
            for _ in 0..<count { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
            packets.append(
                Self.datagram(
                    bytes, from: Self.client + UInt32(random.below(500)), port: 1024 + random.below(60_000), at: number)
            )
        }
        for number in 0..<500 {
            var bytes: [UInt8] = [0x6A, 0x81, 0x40]
            for _ in 0..<61 { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
            packets += Self.connection(
                Self.record(random.below(2) == 0 ? 64 : 200, bytes), port: 2000 + number, at: 5000 + number * 10)
        }
        let result = Self.run(packets)
        #expect(result.findings.isEmpty && result.ticketRequests.isEmpty)
    }

    /// A request that the capture cut is one, and so is a whole one: who gets no answer to either is told.
    @Test func aReadableRequestWithoutAnAnswerIsOne() throws {
        let request = try PacketMaker.kerberos(0x6A, in: Samples.named("healthy-mit-kdc"))
        let whole = [Self.datagram(request), Self.datagram(request, at: 1000), Self.datagram(request, at: 3000)]
        #expect(Self.alarms(whole) == ["error kdc-unreachable"])
        #expect(Self.alarms([Self.datagram(request)]) == ["error kdc-unreachable"])
        let cut = whole.map { packet in
            TestPacket(
                time: packet.time, linkType: packet.linkType, bytes: Array(packet.bytes.dropLast(6)),
                originalLength: packet.originalLength)
        }
        #expect(Self.alarms(cut).first == "error kdc-unreachable")
        // The same octets, sent as they are, contradict themselves.
        #expect(Self.run([Self.datagram(Array(request.dropLast(6)))]).findings.isEmpty)
    }

    /// A datagram to a controller that answers others, by a host that asks nobody again, is a probe; who insists is a
    /// client.
    @Test func aProbeIsNoVerdict() throws {
        let sample = try Samples.named("healthy-mit-kdc")
        let request = try PacketMaker.kerberos(0x6A, in: sample)
        let reply = try PacketMaker.kerberos(0x6B, in: sample)
        let answered = [
            Self.datagram(request, from: Self.client + 1),
            PacketMaker.udp(Self.kdc, 88, Self.client + 1, 50_000, time: Self.time(1), reply),
        ]
        #expect(Self.alarms(answered).isEmpty)
        #expect(Self.alarms(answered + [Self.datagram(request, at: 100)]).isEmpty)
        #expect(Self.run(answered + [Self.datagram(request, at: 100)]).findings.map(\.severity) == [.info])
        let insists = [
            Self.datagram(request, at: 100), Self.datagram(request, at: 1100), Self.datagram(request, at: 3100),
        ]
        #expect(Self.alarms(answered + insists) == ["error kdc-unreachable"])
    }

    /// Open ports are looked for, and found closed, on whole networks; a client tries the few controllers that it
    /// knows.
    @Test func aPortScanIsNoVerdict() {
        func refused(_ count: Int, tries: Int = 1) -> [TestPacket] {
            (0..<count).flatMap { number in
                (0..<tries).flatMap { turn in
                    let (server, port, time) = (
                        0x0A00_0100 + UInt32(number), 40_000 + turn, Self.time(number * 10 + turn * 1000)
                    )
                    return [
                        PacketMaker.tcp(Self.client, port, server, 88, sequence: 1, flags: TCP.syn, time: time),
                        PacketMaker.tcp(
                            server, 88, Self.client, port, sequence: 0, acknowledgment: 2, flags: TCP.rst | TCP.ack,
                            time: time + 1000),
                    ]
                }
            }
        }
        #expect(Self.alarms(refused(200)).isEmpty)
        #expect(Self.alarms(refused(2, tries: 3)).count == 2)
        #expect(Self.alarms(refused(1)) == ["error kdc-unreachable"])
    }
}
