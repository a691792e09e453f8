import PacketModel
import ByteParsing
import CaptureFile
import Testing

/// Filter expressions and spans of time.
@Suite struct SelectionTests {
    /// An IPv4 UDP datagram to a port, without a link header.
    static func datagram(to port: UInt16) -> [UInt8] {
        [
            0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x30, 0x39, UInt8(port >> 8),
            UInt8(port & 0xFF), 0, 8, 0, 0,
        ]
    }

    /// Four link types in one capture, each with a packet to port 88 and one to port 53.
    static var mixed: [UInt8] {
        let writer = PcapngWriter()
        var out = ByteBuffer(capacity: 64)
        writer.writeSection(to: &out)
        let headers: [(LinkType, [UInt8])] = [
            (.ethernet, [UInt8](repeating: 2, count: 12) + [8, 0]), (.raw, []),
            (.linuxSLL, [0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 8, 0]), (.null, [2, 0, 0, 0]),
            (LinkType(rawValue: 147), []),
        ]
        for (linkType, _) in headers { writer.writeInterface(linkType: linkType, to: &out) }
        for (index, header) in headers.enumerated() {
            for (offset, port) in [88, 53].enumerated() {
                writer.writePacket(
                    (header.1 + datagram(to: UInt16(port))).rawBytes, units: UInt64(10 * (2 * index + offset + 1)),
                    interface: UInt32(index), originalLength: 100, to: &out)
            }
        }
        return out.bytes.copyBytes()
    }

    static func frames(_ selection: PacketSelection) -> [UInt64] {
        readAll(FilteredSource(CaptureReader(MemoryInput(mixed), name: ""), keeping: selection)).packets.map(\.frame)
    }

    @Test func filterKnowsEveryLinkType() throws {
        let selection = try PacketSelection(filters: ["udp port 88"])
        #expect(Self.frames(selection) == [1, 3, 5, 7])
        #expect(selection.unsupportedLinkTypes == [LinkType(rawValue: 147)])
        #expect(Self.frames(try PacketSelection(filters: ["host 10.0.0.2 and not port 88"])) == [2, 4, 6, 8])
        #expect(Self.frames(try PacketSelection(filters: ["greater 101"])).isEmpty)
        #expect(Self.frames(try PacketSelection(filters: [" "])).count == 10)
    }

    /// Each expression is compiled by itself: what is none alone is refused, whatever stands beside it.
    @Test(arguments: ["port 88) or (port 53", "port 88) or (", ") or (", "port 88 or", "(port 88"])
    func aFilterIsOneExpression(_ text: String) {
        #expect(throws: PacketSelection.FilterError.self) { _ = try PacketSelection(filters: [text]) }
        #expect(throws: PacketSelection.FilterError.self) { _ = try PacketSelection(filters: ["udp", text]) }
    }

    @Test func everyFilterMustMatch() throws {
        #expect(Self.frames(try PacketSelection(filters: ["port 88 or port 53", "port 53"])) == [2, 4, 6, 8])
        #expect(Self.frames(try PacketSelection(filters: ["port 88", "port 53"])).isEmpty)
        #expect(Self.frames(try PacketSelection(filters: ["", "port 88", " "])) == [1, 3, 5, 7])
    }

    @Test func badExpressionIsExplained() {
        #expect(throws: PacketSelection.FilterError.self) { _ = try PacketSelection(filters: ["port eightyeight and"]) }
        do {
            _ = try PacketSelection(filters: ["port ("])
        } catch {
            #expect(!error.message.isEmpty)
        }
    }

    @Test func spanOfTimeIncludesBothEnds() throws {
        let since = CaptureTime(nanoseconds: 30_000)
        let until = CaptureTime(nanoseconds: 50_000)
        #expect(Self.frames(try PacketSelection(since: since)) == [3, 4, 5, 6, 7, 8, 9, 10])
        #expect(Self.frames(try PacketSelection(until: until)) == [1, 2, 3, 4, 5])
        #expect(Self.frames(try PacketSelection(filters: ["port 88"], since: since, until: until)) == [3, 5])
    }
}
