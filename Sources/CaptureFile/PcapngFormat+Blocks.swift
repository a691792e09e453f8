import PacketModel
import ByteParsing

/// The blocks that are rarer than enhanced packets.
extension PcapngFormat {
    func obsoletePacket(
        _ bytes: RawSpan, _ block: Block, _ records: inout [PacketRecord],
        _ tally: inout RecordTally
    ) -> ParseStop? {
        let start = block.start
        guard block.length >= 20 else { return .fault(.malformed, "a packet block is too short for its own header") }
        let index = Int(bytes.u16(start, bigEndian: isBigEndian))
        guard index < interfaces.count else { return unknownInterface(index) }
        let captured = Int(bytes.u32(start + 12, bigEndian: isBigEndian))
        let original = Int(bytes.u32(start + 16, bigEndian: isBigEndian))
        guard captured <= block.length - 20 else { return overlong(captured, block.length - 20) }
        let units =
            UInt64(bytes.u32(start + 4, bigEndian: isBigEndian)) << 32
            | UInt64(bytes.u32(start + 8, bigEndian: isBigEndian))
        records.append(
            tally.record(
                at: start + 20, captured: captured, original: original, time: interfaces[index].unit.time(units),
                linkType: interfaces[index].linkType))
        return nil
    }

    /// A simple packet has neither time nor interface (the first is meant), and its captured length
    /// follows from the others.
    func simplePacket(
        _ bytes: RawSpan, _ block: Block, _ records: inout [PacketRecord],
        _ tally: inout RecordTally
    ) -> ParseStop? {
        guard block.length >= 4 else { return .fault(.malformed, "a packet block is too short for its own header") }
        guard let interface = interfaces.first else { return unknownInterface(0) }
        let original = Int(bytes.u32(block.start, bigEndian: isBigEndian))
        let snapLength = interface.snapLength == 0 ? Int.max : Int(interface.snapLength)
        let captured = min(original, snapLength, block.length - 4)
        records.append(
            tally.record(
                at: block.start + 4, captured: captured, original: original, time: nil,
                linkType: interface.linkType))
        return nil
    }

    func names(_ bytes: RawSpan, _ block: Block) -> ParseStop? {
        var found: [ResolvedName] = []
        // Name records are laid out like options: 1 is IPv4, 2 is IPv6, 0 ends them.
        var list = BlockOptions(bytes, from: block.start, to: block.end, bigEndian: isBigEndian)
        while found.count < 16_384, let entry = list.next() {
            let addressLength = entry.code == 1 ? 4 : entry.code == 2 ? 16 : 0
            guard addressLength > 0, entry.length > addressLength else { continue }
            let address = bytes.slice(entry.start, entry.start + addressLength).copyBytes()
            var start = entry.start + addressLength
            let end = entry.start + entry.length
            while start < end, found.count < 16_384 {
                let zero = bytes.firstIndex(of: 0, from: start) ?? end
                let stop = min(zero, end)
                if stop > start {
                    found.append(ResolvedName(address: address, name: bytes.slice(start, stop).decodeUTF8()))
                }
                start = stop + 1
            }
        }
        return found.isEmpty ? nil : .event(.names(found))
    }

    mutating func statistics(_ bytes: RawSpan, _ block: Block, _ tally: RecordTally) -> ParseStop? {
        guard block.length >= 12 else { return .fault(.malformed, "an interface statistics block is too short") }
        let index = Int(bytes.u32(block.start, bigEndian: isBigEndian))
        guard index < interfaces.count else { return nil }
        var total: UInt64 = 0
        var options = BlockOptions(bytes, from: block.start + 12, to: block.end, bigEndian: isBigEndian)
        while let option = options.next() {
            // 5 counts what the interface lost, 7 what the operating system lost.
            guard option.code == 5 || option.code == 7, option.length == 8 else { continue }
            total = total.addingSaturating(bytes.u64(option.start, bigEndian: isBigEndian))
        }
        guard total > interfaces[index].dropsReported else { return nil }
        let count = total - interfaces[index].dropsReported
        interfaces[index].dropsReported = total
        return .event(.drops(capture: tally.capture, count: count))
    }

    func secrets(_ bytes: RawSpan, _ block: Block) -> ParseStop? {
        guard block.length >= 8 else { return .fault(.malformed, "a secrets block is too short") }
        let type = bytes.u32(block.start, bigEndian: isBigEndian)
        let length = Int(bytes.u32(block.start + 4, bigEndian: isBigEndian))
        guard length <= block.length - 8 else { return overlong(length, block.length - 8) }
        let start = block.start + 8
        return .event(
            .secrets(
                DecryptionSecrets(
                    secretsType: type, bytes: bytes.slice(start, start + length).copyBytes())))
    }
}

extension UInt64 {
    /// The sum, or the greatest value where it does not fit.
    func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
