import Dissectors
import Foundation
import PacketModel
import Pipeline
import Reporting
import TestSupport
import Testing
import Verification

/// Protocols are added from outside, in a value: they are read, listed, counted and verified like the program's own.
@Suite struct AddedProtocolTests {
    private static let protocols = ProtocolRegistry.standard.adding([
        ToyStreamProtocol.self, ToyDatagramProtocol.self, ToyWrapperProtocol.self,
    ])

    /// A conversation whose client and server send these octets in turn, each piece in a frame of its own; frames count
    /// from 1, and the handshake has three.
    private static func conversation(_ pieces: [(Direction, [UInt8])]) -> [TestPacket] {
        var packets = Conversation.handshake
        var client = 101
        var server = 501
        for (index, piece) in pieces.enumerated() {
            let milliseconds = 10 + index
            if piece.0 == .forward {
                packets.append(Conversation.fromClient(client, server, milliseconds, piece.1))
                client += piece.1.count
            } else {
                packets.append(Conversation.fromServer(server, client, milliseconds, piece.1))
                server += piece.1.count
            }
        }
        return packets
    }

    private static func records(_ packets: [TestPacket]) -> [String] {
        var lines: [String] = []
        MessageWalk.run(ListSource(packets), protocols: protocols) { message, names in
            var writer = MessageRecordWriter(names: names, captureNames: ["toy"], protocols: protocols)
            writer.write(message)
            lines.append(writer.bytes.decodeUTF8())
            return true
        }
        return lines
    }

    private static func member(_ key: String, _ record: String) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any]
        return object?[key].map { "\($0)" } ?? "none"
    }

    private static let texts: [UInt8] = Array("!\u{5}hello!\u{3}you!\u{1}x".utf8)

    /// Three messages over four frames: each has the frame of its first octet and that of its last.
    private static let stream = conversation([
        (.forward, Array(texts[0..<3])), (.forward, Array(texts[3..<9])), (.forward, Array(texts[9..<13])),
        (.forward, Array(texts[13...])),
    ])

    @Test func aStreamProtocolIsReadWithItsFrames() throws {
        let records = Self.records(Self.stream)
        let seen = try records.map { record in
            try ["protocol", "text", "first_frame", "frame"].map { try Self.member($0, record) }
        }
        #expect(
            seen == [
                ["toy_stream", "hello", "4", "5"], ["toy_stream", "you", "5", "6"], ["toy_stream", "x", "6", "7"],
            ])
    }

    private static let datagrams = [1, 255].map { number in
        PacketMaker.udp(1, 2000, 2, 7777, time: Conversation.start + Int64(number), [UInt8(number)])
    }

    @Test func aDatagramProtocolIsReadAndItsFaultIsNamed() throws {
        let records = Self.records(Self.datagrams)
        #expect(try records.map { try Self.member("number", $0) } == ["1", "255"])
        #expect(records[1].contains(#""fault":{"kind":"malformed","layer":"toy_datagram","offset":0}"#))
    }

    /// A request and its answer in inverted records of seven octets, cut into frames of eleven: HTTP is read, and each
    /// message has the frames that brought the records of its first and last octet.
    @Test func aWrapperForwardsTransformedOctetsToHTTP() throws {
        let request = ToyWrapperProtocol.wrapped(Conversation.request, 7, isFirst: true)
        let answer = ToyWrapperProtocol.wrapped(Conversation.answer, 7, isFirst: true)
        func cut(_ bytes: [UInt8], _ direction: Direction) -> [(Direction, [UInt8])] {
            stride(from: 0, to: bytes.count, by: 11).map { (direction, Array(bytes[$0..<min($0 + 11, bytes.count)])) }
        }
        let pieces = cut(request, .forward) + cut(answer, .backward)
        let records = Self.records(Self.conversation(pieces))
        let last = UInt64(3 + cut(request, .forward).count)
        #expect(try records.map { try Self.member("protocol", $0) } == ["http", "http"])
        #expect(try Self.member("target", records[0]) == "/index")
        #expect(try Self.member("status", records[1]) == "403")
        #expect(try Self.member("first_frame", records[0]) == "4" && Self.member("frame", records[0]) == "\(last)")
        #expect(
            try Self.member("first_frame", records[1]) == "\(last + 1)"
                && Self.member("frame", records[1]) == "\(3 + pieces.count)")
    }

    /// Whatever is cut, the same comes out of the wrapper.
    @Test func segmentsOfAWrappedStreamDoNotShow() {
        let request = ToyWrapperProtocol.wrapped(Conversation.request, 7, isFirst: true)
        let whole = Self.records(Self.conversation([(.forward, request)])).map(Self.withoutFrames)
        #expect(whole.count == 1)
        for cut in 1..<request.count {
            let pieces = [(Direction.forward, Array(request[..<cut])), (.forward, Array(request[cut...]))]
            #expect(Self.records(Self.conversation(pieces)).map(Self.withoutFrames) == whole, "cut at \(cut)")
        }
    }

    private static func withoutFrames(_ record: String) -> String {
        record.replacing(#/"(frame|first_frame|time)":("[^"]*"|\d+)/#, with: "")
    }

    private static func result(_ packets: [TestPacket]) -> AnalysisResult {
        var settings = AnalysisSettings()
        settings.protocols = protocols
        return Analysis.run(ListSource(packets), settings: settings)
    }

    @Test func theyAreCounted() {
        let result = Self.result(Self.stream + Self.datagrams)
        #expect(result.messages[ToyStreamProtocol.id] == 3 && result.messages[ToyDatagramProtocol.id] == 2)
        let info = InfoReport.text(result).split { " \n".contains($0) }.joined(separator: " ")
        #expect(info.contains("0 Kerberos messages, 0 HTTP messages, 3 Toy stream messages, 2 Toy datagram messages"))
        let document = InfoDocument(result).bytes.decodeUTF8()
        #expect(document.contains(#""toy_stream_messages": 3"#) && document.contains(#""toy_datagram_messages": 2"#))
        #expect(result.faults.map(\.layer) == ["toy_datagram"])
    }

    @Test func theyAreVerified() throws {
        let result = Self.result(Self.stream)
        let right = #"{ "schema_version": 1, "messages": { "toy_stream": 3, "toy_datagram": 0 } }"#
        let wrong = #"{ "schema_version": 1, "messages": { "toy_stream": 2 } }"#
        let first = try Expectation(Array(right.utf8), protocols: Self.protocols)
        let second = try Expectation(Array(wrong.utf8), protocols: Self.protocols)
        #expect(first.differences(from: result) == [])
        #expect(
            try Expectation(ExpectationWriter.text(first, protocols: Self.protocols), protocols: Self.protocols)
                == first)
        #expect(second.differences(from: result) == ["expected 2 toy_stream messages, found 3"])
        #expect(throws: JSONValue.Fault.self) { try Expectation(Array(right.utf8)) }
    }

    @Test func theSchemaDescribesThem() throws {
        let schema = OutputSchema.message(Self.protocols)
        let object = try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any]
        let definitions = try #require(object?["$defs"] as? [String: Any])
        for name in ["kerberos_record", "http_record", "toy_stream_record", "toy_datagram_record"] {
            #expect(definitions[name] != nil, "\(name)")
        }
        #expect(definitions["toy_wrapper_record"] == nil)
    }
}
