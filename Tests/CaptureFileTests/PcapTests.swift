import PacketModel
import Testing

/// The classic format in all its forms.
@Suite struct PcapTests {
    struct Form: Sendable, CustomTestStringConvertible {
        var magic: UInt32
        var unit: Int64
        var extra: Int
        var bigEndian: Bool
        var testDescription: String { String(magic, radix: 16) + (bigEndian ? " big-endian" : " little-endian") }
    }

    static let forms: [Form] = [(0xA1B2_C3D4, 1000, 0), (0xA1B2_3C4D, 1, 0), (0xA1B2_CD34, 1000, 8)].flatMap {
        (magic, unit, extra) in
        [false, true].map { Form(magic: magic, unit: Int64(unit), extra: extra, bigEndian: $0) }
    }

    static func file(_ form: Form) -> [UInt8] {
        var file = ContainerBytes(bigEndian: form.bigEndian)
        file.pcapHeader(magic: form.magic)
        file.pcapRecord(seconds: 1_700_000_000, fraction: 5, extra: form.extra, [1, 2, 3])
        file.pcapRecord(seconds: 4_000_000_000, fraction: 999_999, original: 1500, extra: form.extra, [9])
        file.pcapRecord(seconds: 0, fraction: 0, extra: form.extra, [])
        return file.bytes
    }

    @Test(arguments: forms) func records(form: Form) {
        for piece in [1, 3, 16, 1 << 16] {
            let result = read(Self.file(form), piece: piece)
            #expect(
                result.packets == [
                    ReadPacket(
                        frame: 1, time: 1_700_000_000_000_000_000 + 5 * form.unit, original: 3, linkType: 1,
                        bytes: [1, 2, 3]),
                    ReadPacket(
                        frame: 2, time: 4_000_000_000_000_000_000 + 999_999 * form.unit, original: 1500, linkType: 1,
                        bytes: [9]),
                    ReadPacket(frame: 3, time: 0, original: 0, linkType: 1, bytes: []),
                ])
            #expect(result.ends.count == 1 && result.fault == nil)
            #expect(result.captures.first?.format == "pcap")
            #expect(result.captures.first?.truncatedPackets == 1)
            #expect(result.interfaces.map(\.linkType) == [.ethernet])
        }
    }

    @Test func everyCutKeepsWhatCameBefore() {
        for form in Self.forms {
            let whole = Self.file(form)
            let header = 16 + form.extra
            let ends = [24, 24 + header + 3, 24 + 2 * header + 4, 24 + 3 * header + 4]
            for cut in 0..<whole.count {
                let result = read(Array(whole[..<cut]))
                let complete = max(ends.filter { $0 <= cut }.count - 1, 0)
                #expect(result.packets.count == complete, "cut at \(cut)")
                if ends.contains(cut) {
                    #expect(result.fault == nil, "cut at \(cut)")
                } else {
                    #expect(result.fault?.frame == UInt64(complete), "cut at \(cut)")
                    #expect(result.fault?.offset == UInt64(ends.last { $0 <= cut } ?? 0), "cut at \(cut)")
                    if cut >= 4 { #expect(result.fault?.kind == .truncated, "cut at \(cut)") }
                }
            }
        }
    }

    @Test(arguments: [
        (UInt32(999_999), Int64?(1_999_999_000)), (1_000_000, 2_000_000_000), (2_000_000, nil), (.max, nil),
    ])
    func impossibleFractions(fraction: UInt32, time: Int64?) {
        var file = ContainerBytes(bigEndian: false)
        file.pcapHeader()
        file.pcapRecord(seconds: 1, fraction: fraction, [1])
        #expect(read(file.bytes).packets.first?.time == time)
    }

    @Test func damagedLengthIsMalformed() {
        var file = ContainerBytes(bigEndian: false)
        file.pcapHeader()
        file.pcapRecord(seconds: 1, fraction: 1, [1])
        file.put(UInt32(1)); file.put(UInt32(1)); file.put(UInt32(0x7FFF_FFFF)); file.put(UInt32(60))
        file.put([UInt8](repeating: 7, count: 100))
        let result = read(file.bytes)
        #expect(result.packets.count == 1)
        #expect(result.fault?.kind == .malformed && result.fault?.offset == 41 && result.fault?.frame == 1)
    }

    @Test(arguments: [
        (UInt32(12), UInt16(101)), (14, 101), (101, 101), (0x1400_0001, 1), (276, 276), (0x0001_0001, 65535),
    ])
    func linkTypes(field: UInt32, expected: UInt16) {
        var file = ContainerBytes(bigEndian: true)
        file.pcapHeader(network: field)
        file.pcapRecord(seconds: 1, fraction: 1, [1])
        #expect(read(file.bytes).packets.first?.linkType == expected)
    }

    @Test func oldVersionsSwapTheLengths() {
        for (minor, captured, original) in [(UInt16(2), UInt32(9), UInt32(4)), (3, 9, 4), (3, 4, 9), (4, 4, 9)] {
            var file = ContainerBytes(bigEndian: false)
            file.pcapHeader(minor: minor)
            file.put(UInt32(1)); file.put(UInt32(2)); file.put(captured); file.put(original); file.put([1, 2, 3, 4])
            let result = read(file.bytes)
            #expect(result.packets.first?.bytes == [1, 2, 3, 4] && result.packets.first?.original == 9)
            #expect(result.fault == nil)
        }
    }
}
