import TestSupport
import PacketModel
import ByteParsing
import CaptureFile
import Foundation
import Platform
import Testing

/// However the same packets are kept in a file, the same messages are read from it.
@Suite struct ContainerPropertyTests {
    private enum Container: CaseIterable {
        case pcap, pcapBigEndian, pcapng, pcapngBigEndian
    }

    /// Samples whose packets fit into every container: one link type and point, and times that a
    /// pcap's unsigned seconds can tell.
    private static let samples = Samples.all.filter { sample in
        Set(sample.packets.map(\.linkType)).count == 1
            && sample.packets.allSatisfy { packet in
                packet.point == 0 && packet.bytes.count <= packet.originalLength && packet.originalLength <= 262_144
                    && (packet.time.map { $0 >= 0 && $0 / 1_000_000_000 <= Int64(UInt32.max) } ?? false)
            }
    }

    /// A file's octets, and where each packet's record ends.
    private static func file(_ packets: [TestPacket], _ container: Container) -> (bytes: [UInt8], ends: [Int]) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        let isBig = container == .pcapBigEndian || container == .pcapngBigEndian
        func put(_ value: UInt64, _ length: Int) {
            let octets = (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
            bytes += isBig ? octets.reversed() : octets
        }
        switch container {
        case .pcap, .pcapBigEndian:
            // Nanoseconds, version 2.4, no offset, no limit.
            for (value, length) in [(0xA1B2_3C4D, 4), (2, 2), (4, 2), (0, 4), (0, 4), (262_144, 4)] as [(UInt64, Int)] {
                put(value, length)
            }
            put(UInt64(packets[0].linkType.rawValue), 4)
            for packet in packets {
                let time = UInt64(packet.time ?? 0)
                for value in [
                    time / 1_000_000_000, time % 1_000_000_000, UInt64(packet.bytes.count),
                    UInt64(packet.originalLength),
                ] {
                    put(value, 4)
                }
                bytes += packet.bytes
                ends.append(bytes.count)
            }
        case .pcapng, .pcapngBigEndian:
            let writer = PcapngWriter(isBigEndian: isBig)
            var buffer = ByteBuffer(capacity: 4096)
            writer.writeSection(to: &buffer)
            // if_tsresol: nanoseconds.
            writer.writeInterface(linkType: packets[0].linkType, options: [.init(9, [9])], to: &buffer)
            for packet in packets {
                writer.writePacket(
                    packet.bytes.rawBytes, units: UInt64(packet.time ?? 0), originalLength: packet.originalLength,
                    to: &buffer)
                ends.append(buffer.count)
            }
            bytes = buffer.bytes.copyBytes()
        }
        return (bytes, ends)
    }

    private static func messages(_ bytes: [UInt8]) throws -> [MessageLine] {
        let path = NSTemporaryDirectory() + "/containers-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return MessageLine.all(CaptureOpener.open(paths: [PathName(path)]))
    }

    @Test func byteOrdersAndFormats() throws {
        var failures: [String] = []
        for sample in Self.samples {
            let expected = MessageLine.all(ListSource(sample.packets))
            for container in Container.allCases
            where try Self.messages(Self.file(sample.packets, container).bytes) != expected {
                failures.append("\(sample.name) as \(container)")
            }
        }
        print("containers: \(Self.samples.count) samples, \(failures.count) differ")
        for failure in failures.prefix(12) { Issue.record("containers: \(failure)") }
        #expect(failures.isEmpty && Self.samples.count > 100)
    }

    /// Of a file that breaks off, the packets before are read as if there had never been more.
    @Test func truncation() throws {
        var failures: [String] = []
        var numbers = SeededNumbers(11)
        for sample in Self.samples {
            for container in Container.allCases {
                let (bytes, ends) = Self.file(sample.packets, container)
                let cut = ends[0] + numbers.below(bytes.count - ends[0])
                let whole = ends.count { $0 <= cut }
                let expected = MessageLine.all(ListSource(Array(sample.packets.prefix(whole))))
                if try Self.messages(Array(bytes.prefix(cut))) != expected {
                    failures.append("\(sample.name) as \(container) cut at \(cut)")
                }
            }
        }
        print("truncation: \(Self.samples.count) samples, \(failures.count) differ")
        for failure in failures.prefix(12) { Issue.record("truncation: \(failure)") }
        #expect(failures.isEmpty && Self.samples.count > 100)
    }
}
