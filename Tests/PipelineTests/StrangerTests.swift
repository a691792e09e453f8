import TestSupport
import PacketModel
import ByteParsing
import Diagnosis
import Dissectors
import Exchanges
import Pipeline
import Testing

/// The same refusal, seen as a whole sign-on and as two datagrams that anybody can send.
@Suite struct StrangerTests {
    private static let granting = "Set-ADComputer "

    private static func commands(_ packets: [TestPacket], given: Bool = false) -> [String] {
        var settings = AnalysisSettings()
        if given { settings.roles = [IPAddress("192.0.2.20")!: .connector] }
        let result = Analysis.run(ListSource(packets), settings: settings)
        return result.findings.flatMap { FindingText($0, names: result.names).causes }.flatMap(\.fixes).compactMap(
            \.command
        )
        .filter { $0.contains(granting) || $0.contains("Set-ADAccountControl") }
    }

    /// The last Kerberos message with this tag, put together from the segments of its connection.
    private static func last(_ tag: UInt8, in sample: Sample) throws -> [UInt8] {
        var parts: [Int: [UInt8]] = [:]
        var found: [UInt8]?
        for packet in sample.packets {
            let edited = EditablePacket(packet)
            let (source, destination) = (Int(edited.layers.sourcePort), Int(edited.layers.destinationPort))
            guard edited.isTCP, source == 88 || destination == 88, edited.payload.count > 0 else { continue }
            let key = source << 16 | destination
            let bytes = parts[key, default: []] + Array(edited.payload)
            parts[key] = bytes
            if bytes.count > 4, bytes[4] == tag, Int(bytes.rawBytes.be32(0)) == bytes.count - 4 {
                found = Array(bytes[4...])
            }
        }
        return try #require(found)
    }

    @Test(arguments: ["delegation-denied-nothing-configured", "event-13019-delegation-denied"])
    func aRefusalOverTwoDatagrams(_ name: String) throws {
        let sample = try Samples.named(name)
        let whole = Self.commands(sample.packets)
        #expect(whole.contains { $0.hasPrefix("Set-ADComputer CONNECTOR") })
        #expect(whole.contains { $0.contains("'msDS-AllowedToDelegateTo'=@('http/") })
        let request = try Self.last(0x6C, in: sample)
        let error = try Self.last(0x7E, in: sample)
        let (client, kdc): (UInt32, UInt32) = (0xC000_0214, 0xC000_020A)
        let datagrams = [
            PacketMaker.udp(client, 50_000, kdc, 88, time: 1_700_000_000_000_000_000, request),
            PacketMaker.udp(kdc, 88, client, 50_000, time: 1_700_000_000_001_000_000, error),
        ]
        let stranger = Self.commands(datagrams)
        #expect(stranger.count >= 3)
        for command in stranger { #expect(!command.contains("CONNECTOR") && !command.contains("http/"), "\(command)") }
        // Nor where the host is said to be a connector: nothing shows that it sent them, and nobody issued a ticket to
        // the account.
        for command in Self.commands(datagrams, given: true) { #expect(!command.contains("CONNECTOR"), "\(command)") }
    }
}
