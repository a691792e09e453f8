import PacketModel
import CaptureFile
import Testing

/// What is said of files that are no captures.
@Suite struct ForeignFormatTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8]
        var says: String
        var kind: FaultKindName = .unsupported
        enum FaultKindName: String { case truncated, malformed, unsupported }
        var testDescription: String { says }
        init(_ text: String, _ says: String, _ kind: FaultKindName = .unsupported) {
            self.init(Array(text.utf8), says, kind)
        }
        init(_ bytes: [UInt8], _ says: String, _ kind: FaultKindName = .unsupported) {
            self.bytes = bytes
            self.says = says
            self.kind = kind
        }
    }

    static let eventTrace: [UInt8] = {
        var bytes = [UInt8](repeating: 0, count: 200)
        bytes[1] = 0x20
        bytes[5] = 0x02
        bytes[0x4A] = 2
        bytes[0x4B] = 0xC0
        return bytes
    }()

    static let rows: [Row] = [
        Row("", "empty", .truncated),
        Row(eventTrace, "etl2pcapng in.etl out.pcapng"),
        Row("GMBU\u{2}\u{0}", "editcap -F pcapng in.cap out.pcapng"),
        Row("snoop\0\0\0\0\0\0\u{2}", "snoop"),
        Row("{\"findings\": []}", "JSON"),
        Row("\n\n  [1]", "JSON"),
        Row("<!DOCTYPE html><html>", "HTML"),
        Row("<Events>", "XML"),
        Row("12:00:01.5 IP a > b: Flags [S]", "text"),
        Row([0xFF, 0xFE, 0x61, 0], "UTF-16"),
        Row([0x50, 0x4B, 3, 4, 9, 9], "zip"),
        Row([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0], "xz -dc"),
        Row("ElfFile\0\0\0", "event log"),
        Row("MSCF\0\0", "cabinet"),
        Row([5, 2, 0, 0, 0, 70], "key table"),
        Row([0x0A, 0x0D, 0x0A, 0x0A], "binary mode"),
        Row([1, 2, 3, 4, 5], "begins with 01 02 03 04"),
        Row([0xA1, 0xB2, 0xC3, 0xD4, 0, 9, 0, 0] + [UInt8](repeating: 0, count: 16), "version"),
        Row([0xA1, 0xB2, 0xC3, 0xD4, 0, 2], "header", .truncated),
        Row(
            [0x0A, 0x0D, 0x0D, 0x0A, 0, 0, 0, 28, 1, 1, 1, 1] + [UInt8](repeating: 0, count: 16), "byte-order",
            .malformed),
    ]

    @Test(arguments: rows) func message(row: Row) throws {
        for piece in [1, 1000] {
            let result = read(row.bytes, piece: piece)
            let fault = try #require(result.fault)
            #expect(fault.message.contains(row.says), "\(fault.message)")
            #expect(fault.kind.name == row.kind.rawValue)
            #expect(fault.offset == 0 && fault.frame == 0)
            #expect(result.packets.isEmpty && result.ends.count == 1)
        }
    }

    /// What follows the octets that tell is not looked at, though it may have come with them.
    @Test func messageDoesNotDependOnHowMuchCameAtOnce() {
        for first in ["\n a line of text, ", "[1, 2, 3", "<html>"] {
            let bytes = Array((first + String(repeating: "a", count: 80)).utf8) + [UInt8](repeating: 0, count: 300)
            let whole = readAll(CaptureReader(MemoryInput(bytes), name: ""))
            let pieces = readAll(CaptureReader(MemoryInput(bytes, piece: 7), name: "", pieceLength: 16))
            #expect(
                whole.fault?.message == pieces.fault?.message && whole.fault?.message.contains("looks like") == true)
        }
    }

    @Test func namesThatCannotBeOpened() {
        let missing = readAll(CaptureOpener.open(paths: ["/nowhere/at/all.pcap"]))
        #expect(missing.fault?.message.contains("No such file or directory") == true)
        let directory = readAll(CaptureOpener.open(paths: ["/"]))
        #expect(directory.fault?.message.contains("directory") == true)
        #expect(missing.captures.first?.format == "unknown" && missing.captures.first?.name == "/nowhere/at/all.pcap")
    }
}
