import ByteParsing
import CaptureFile
import Dissectors
import PacketModel
import Pipeline
import TestSupport
import Testing

/// A format of captures that the program does not have: `TOY1`, then for each packet a length of two octets and raw IP.
private struct ToyFormat: ContainerFormat {
    static let name = "toy"
    var notes = CaptureNotes()

    static func recognise(_ bytes: RawSpan, inputHasEnded: Bool, _ notes: CaptureNotes) -> ContainerStart {
        if bytes.byteCount < 4 { return inputHasEnded ? .another : .needs(4) }
        return bytes.hasASCII("TOY1") ? .begins(ToyFormat(), headerLength: 4) : .another
    }

    func interface(capture: UInt16, index: Int) -> InterfaceDescription? {
        InterfaceDescription(
            capture: capture, index: index, linkType: .raw, snapLength: 0, timestampResolution: "none")
    }

    mutating func parse(
        _ bytes: RawSpan, position: inout Int, records: inout [PacketRecord], tally: inout RecordTally
    ) -> ParseStop {
        while records.count < ContainerLimit.recordsPerBatch {
            guard bytes.byteCount - position >= 2 else { return .needs(2) }
            let length = Int(bytes.be16(position))
            guard bytes.byteCount - position >= 2 + length else { return .needs(2 + length) }
            records.append(
                tally.record(at: position + 2, captured: length, original: length, time: nil, linkType: .raw))
            position += 2 + length
        }
        return .full
    }
}

/// A format is added from outside, in a value, and read like the program's own.
@Suite struct AddedContainerTests {
    private static let packets =
        Conversation.handshake + [
            Conversation.fromClient(101, 501, 3, Conversation.request),
            Conversation.fromServer(501, 101 + Conversation.request.count, 4, Conversation.answer),
        ]

    private static let file: [UInt8] =
        Array("TOY1".utf8)
        + packets.flatMap { [UInt8($0.bytes.count >> 8), UInt8($0.bytes.count & 255)] + $0.bytes }

    private static func reader(_ bytes: [UInt8], piece: Int, _ formats: ContainerFormats) -> CaptureReader {
        CaptureReader(MemoryInput(bytes, piece: piece), name: "toy", pieceLength: 64, formats: formats)
    }

    @Test(arguments: [1, 7, 64, 10_000]) func aFormatAddedFromOutsideIsRead(_ piece: Int) {
        let formats = ContainerFormats.standard.adding([ToyFormat.self])
        let reader = Self.reader(Self.file, piece: piece, formats)
        var frames: [UInt64] = []
        MessageWalk.run(reader) { message, _ in
            frames.append(message.envelope.frame.frame)
            return true
        }
        #expect(frames == [4, 5])
        #expect(reader.captures[0].format == "toy" && reader.captures[0].packets == 5)
        #expect(reader.captures[0].fault == nil && reader.captures[0].interfaces.count == 1)
    }

    @Test func aCutRecordIsSaidToBe() {
        let formats = ContainerFormats.standard.adding([ToyFormat.self])
        let reader = Self.reader(Array(Self.file.dropLast(3)), piece: 100, formats)
        MessageWalk.run(reader) { _, _ in true }
        #expect(reader.captures[0].fault?.kind == .truncated && reader.captures[0].packets == 4)
    }

    @Test func withoutItTheFileIsForeign() {
        let reader = Self.reader(Self.file, piece: 100, .standard)
        MessageWalk.run(reader) { _, _ in true }
        #expect(reader.captures[0].format == "unknown" && reader.captures[0].fault?.kind == .unsupported)
    }
}
