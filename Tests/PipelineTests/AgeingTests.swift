import TestSupport
import PacketModel
import ByteParsing
import CaptureFile
import Dissectors
@testable import Exchanges
import Flows
import Pipeline
import Testing

/// What is learnt of hosts and names goes on being learnt, however many have been met.
@Suite struct AgeingTests {
    private static func address(_ number: Int) -> IPAddress {
        IPAddress(v4: UInt32(truncatingIfNeeded: 0x0A00_0000 + number))
    }

    @Test func newHostsAreLearntForEver() {
        let names = NameTable()
        var hosts = Hosts(given: [:])
        let name = names.intern("conn$")
        hosts.note(Self.address(1_000_000), point: 0, .connector, name: name)
        for number in 0..<60_000 { hosts.note(Self.address(number), point: 0, .client) }
        hosts.note(Self.address(2_000_000), point: 0, .kdc)
        let all = hosts.all
        // Clients have half of the room.
        let clients = Hosts.maximumHosts / 2
        #expect(all.count == clients + 2 && hosts.forgottenCount == 60_000 - UInt64(clients))
        #expect(all.contains { $0.address == Self.address(2_000_000) && $0.roles == .kdc })
        // Hosts that only ask push nobody out but each other.
        #expect(all.contains { $0.address == Self.address(1_000_000) && $0.roles == .connector && $0.name == name })
        #expect(!all.contains { $0.address == Self.address(0) })
    }

    @Test func newClocksAreLearntForEver() {
        var clocks = Clocks()
        let start = CaptureTime(nanoseconds: 1_700_000_000_000_000_000)
        for number in 0..<20_000 {
            clocks.read(
                .httpDate, host: Self.address(number), point: 0, reading: start, resolution: 1, captured: start,
                shift: 0, turnaround: 0,
                frame: FrameReference(capture: 0, frame: UInt64(number)))
        }
        let all = clocks.all
        #expect(all.count == Clocks.maximumHosts && clocks.forgottenCount == 20_000 - UInt64(Clocks.maximumHosts))
        #expect(all.last?.host == Self.address(19_999) && all.allSatisfy { $0.samples == 1 })
    }

    /// Made-up names, more than there is room for, before and behind a sign-on that was refused and between its
    /// messages.
    @Test func aSignOnKeepsItsNamesAmidMadeUpOnes() throws {
        let sample = try Samples.named("event-13019-delegation-denied")
        let plain = Analysis.run(ListSource(sample.packets))
        let answer = try PacketMaker.kerberos(0x7E, in: sample)
        let times = sample.packets.compactMap(\.time)
        let first = try #require(times.min()), last = try #require(times.max())
        func flood(_ count: Int, from start: Int64, _ salt: Int) -> [TestPacket] {
            (0..<count).map { number in
                PacketMaker.udp(
                    0xC000_0263, 88, 0x0A63_0000 &+ UInt32(number % 50_000), 1024 + number % 60_000,
                    time: start + Int64(number) * 1000,
                    PacketMaker.numbered(answer, "CONNECTOR1", salt + number))
            }
        }
        var packets = flood(140_000, from: first - 1_000_000_000, 0)
        for packet in sample.packets {
            packets.append(packet)
            packets += flood(1000, from: packet.time ?? first, packets.count)
        }
        packets += flood(40_000, from: last + 1_000_000, packets.count)
        let flooded = Analysis.run(ListSource(packets))
        func told(_ result: AnalysisResult) -> [String] {
            result.findings.filter {
                $0.rule.slug.description == "delegation-denied"
                    || $0.rule.slug.description == "delegation-target-not-listed"
            }.map { finding in
                let subjects = finding.subjects
                return [subjects.user, subjects.service, subjects.account].map { result.names.string($0) ?? "-" }
                    .joined(separator: " ")
            }
        }
        #expect(!told(plain).isEmpty && told(flooded) == told(plain))
        let names = { (result: AnalysisResult) in
            result.signOns.map { result.names.string($0.user.name) ?? "-" }.filter { $0 != "-" }.sorted()
        }
        #expect(names(flooded) == names(plain) && !names(plain).contains("(name not kept)"))
    }
}

/// Not every datagram that is read is Kerberos.
@Suite struct DatagramMarkTests {
    final class Other: DatagramDissector {
        static let protocolID = ProtocolID(rawValue: 40)
        init(_ context: DissectionContext) {}
        static func claims(_ bytes: borrowing RawSpan, sourcePort: UInt16, destinationPort: UInt16) -> Bool {
            destinationPort == 53
        }
        func dissect(_ bytes: borrowing RawSpan, isCut: Bool) {}
    }
    enum OtherProtocol: ProtocolModule {
        static let id = Other.protocolID
        static let name = "other"
        static let title = "Other"
        static var datagrams: [any DatagramDissector.Type] { [Other.self] }
    }

    @Test func onlyAFlowOfKerberosIsMarkedAsSuch() {
        var tracker = FlowTracker(
            context: DissectionContext(
                names: NameTable(), protocols: ProtocolRegistry([OtherProtocol.self, KerberosProtocol.self])))
        for (index, port) in [53, 88].enumerated() {
            let packet = PacketMaker.udp(
                0x0A00_0001, 2000, 0xC000_0201, port, time: 1_700_000_000_000_000_000, [0x6A, 3, 0x30, 1, 0])
            tracker.process(
                packet.bytes.rawBytes,
                PacketRecord(
                    offset: 0, capturedLength: packet.bytes.count, originalLength: packet.bytes.count,
                    time: packet.time.map { CaptureTime(nanoseconds: $0) },
                    frame: FrameReference(capture: 0, frame: UInt64(index + 1)),
                    linkType: .raw, point: 0))
        }
        while tracker.finishSome() {}
        let marked = (0..<tracker.ended.count).map {
            (tracker.ended[$0].server.endpoint.port, tracker.ended[$0].protocols.contains(.kerberos))
        }.sorted { $0.0 < $1.0 }
        #expect(marked.map(\.0) == [53, 88] && marked.map(\.1) == [false, true])
    }
}
