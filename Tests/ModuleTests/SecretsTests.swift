import ByteParsing
import CaptureFile
import Dissectors
import Foundation
import PacketModel
import Pipeline
import Platform
import Reporting
import TestSupport
import Testing

/// Says in its message how many secrets were known when it was read.
private final class KeyCounter: DatagramDissector {
    static let protocolID = ProtocolID(rawValue: 35)
    private let context: DissectionContext
    private let messages: MessageStore<ToyNumber>

    init(_ context: DissectionContext) {
        self.context = context
        messages = context.store(of: ToyNumber.self)
    }

    static func claims(_ bytes: borrowing RawSpan, sourcePort: UInt16, destinationPort: UInt16) -> Bool {
        destinationPort == 7777
    }

    func dissect(_ bytes: borrowing RawSpan, isCut: Bool) {
        let count = context.secrets.all.count
        context.emit(to: messages, at: 0) {
            $0.number = UInt8(count)
            return nil
        }
    }
}

private enum KeyCounterProtocol: ProtocolModule {
    static let id = KeyCounter.protocolID
    static let name = "key_counter"
    static let title = "Key counter"
    static let usesSecrets = true
    static var datagrams: [any DatagramDissector.Type] { [KeyCounter.self] }
}

/// Secrets that stand behind the packets they open are known beforehand, where a capture can be read twice.
@Suite struct SecretsTests {
    private static let protocols = ProtocolRegistry([KeyCounterProtocol.self])

    /// A packet, a block of secrets and the same block again, a packet.
    private static func capture() -> [UInt8] {
        var buffer = ByteBuffer(capacity: 4096)
        let writer = PcapngWriter()
        writer.writeSection(to: &buffer)
        writer.writeInterface(linkType: .raw, to: &buffer)
        let packet = PacketMaker.udp(1, 2000, 2, 7777, time: nil, [1])
        writer.writePacket(packet.bytes.rawBytes, units: 1, originalLength: packet.bytes.count, to: &buffer)
        for _ in 0..<2 {
            writer.writeSecrets(DecryptionSecrets(secretsType: 0x544C_534B, bytes: Array("CLIENT".utf8)), to: &buffer)
        }
        writer.writePacket(packet.bytes.rawBytes, units: 2, originalLength: packet.bytes.count, to: &buffer)
        return buffer.bytes.copyBytes()
    }

    private static func counts(_ source: any PacketSource) -> [UInt8] {
        var counts: [UInt8] = []
        MessageWalk.run(source, protocols: protocols) { message, _ in
            if let number = message.content as? ToyNumber { counts.append(number.number) }
            return true
        }
        return counts
    }

    private static func isSaid(_ source: any PacketSource) -> Bool {
        var settings = AnalysisSettings()
        settings.protocols = protocols
        return Report(Analysis.run(source, settings: settings)).limitations.contains { $0.contains("only once") }
    }

    @Test func aFileIsLookedThroughFirst() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("kcdtrace-\(UUID().uuidString).pcapng")
        try Data(Self.capture()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let paths = [PathName(file.path)]
        #expect(Self.counts(CaptureOpener.open(paths: paths)) == [1, 1])
        #expect(!Self.isSaid(CaptureOpener.open(paths: paths)))
    }

    @Test func aPipeIsNotAndThatIsSaid() {
        func pipe() -> any PacketSource { CaptureReader(MemoryInput(Self.capture()), name: "pipe") }
        #expect(Self.counts(pipe()) == [0, 1])
        #expect(Self.isSaid(pipe()))
    }

    @Test func theStoreIsBoundedAndCounts() {
        let secrets = Secrets()
        for number in 0..<20 {
            secrets.add(DecryptionSecrets(secretsType: 1, bytes: [UInt8](repeating: UInt8(number), count: 1 << 20)))
        }
        #expect(secrets.all.count == 16 && secrets.dropped == 4)
    }
}
