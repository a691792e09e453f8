import PacketModel
import ByteParsing

/// The block format: sections, each with its own byte order and interfaces, and blocks of many kinds.
///
/// A section's stated length is not used: blocks delimit themselves, and writers leave it out or get
/// it wrong. Blocks of unknown kinds are stepped over.
struct PcapngFormat: ContainerFormat {
    static let name = "pcapng"

    /// An interface of the current section.
    struct Interface: Sendable {
        var linkType: LinkType
        var snapLength: UInt32
        var unit: TimestampUnit
        /// Lost packets reported so far; statistics blocks give running totals.
        var dropsReported: UInt64 = 0
    }

    private enum BlockType {
        static let section: UInt32 = 0x0A0D_0D0A
        static let interface: UInt32 = 1
        static let packet: UInt32 = 2
        static let simplePacket: UInt32 = 3
        static let names: UInt32 = 4
        static let statistics: UInt32 = 5
        static let enhancedPacket: UInt32 = 6
        static let journal: UInt32 = 9
        static let secrets: UInt32 = 10
    }

    /// Interfaces of one section beyond this many are not believed.
    private static let interfaceLimit = 65_536
    private(set) var notes: CaptureNotes
    private(set) var isBigEndian = false
    private var hasSection = false
    var interfaces: [Interface] = []

    /// Whether `bytes` begin with the type of a section header, which reads the same in both orders.
    static func matches(_ bytes: RawSpan) -> Bool {
        bytes.byteCount >= 4 && bytes.be32(0) == BlockType.section
    }

    /// Whether a section header stands at `place`, with its byte-order mark.
    static func beginsSection(_ bytes: RawSpan, _ place: Int) -> Bool {
        let block = bytes.slice(from: place)
        guard block.byteCount >= 12, matches(block) else { return false }
        return block.be32(8) == 0x1A2B_3C4D || block.be32(8) == 0x4D3C_2B1A
    }

    static func recognise(_ bytes: RawSpan, inputHasEnded: Bool, _ notes: CaptureNotes) -> ContainerStart {
        if bytes.byteCount < 4 { return inputHasEnded ? .another : .needs(4) }
        return matches(bytes) ? .begins(PcapngFormat(notes: notes), headerLength: 0) : .another
    }

    private init(notes: CaptureNotes) { self.notes = notes }

    // Interfaces are described by blocks.
    func interface(capture: UInt16, index: Int) -> InterfaceDescription? { nil }

    /// Takes every whole block from `position` on.
    mutating func parse(
        _ bytes: RawSpan, position: inout Int, records: inout [PacketRecord],
        tally: inout RecordTally
    ) -> ParseStop {
        let size = bytes.byteCount
        while true {
            guard size - position >= 12 else { return .needs(12) }
            let type = bytes.u32(position, bigEndian: isBigEndian)
            if type != BlockType.enhancedPacket || !hasSection, let found = beginning(bytes, position, type) {
                return found
            }
            let stated = Int(bytes.u32(position + 4, bigEndian: isBigEndian))
            guard stated >= 12 else {
                return .fault(.malformed, "a block states a length of \(stated) octets; 12 is the least")
            }
            guard stated <= ContainerLimit.recordLength else {
                return .fault(.malformed, "a block states a length of \(stated) octets: the length is damaged")
            }
            // Some writers forget the padding in the length; the blocks lie on four octets all the same.
            let length = (stated + 3) & ~3
            guard size - position >= length else { return .needs(length) }
            let closing = Int(bytes.u32(position + length - 4, bigEndian: isBigEndian))
            guard closing == stated || closing == length else {
                return .fault(.malformed, "a block's two lengths differ: \(stated) in front, \(closing) behind")
            }
            guard records.count < ContainerLimit.recordsPerBatch else { return .full }
            let block = Block(type: type, start: position + 8, end: position + length - 4)
            let stop =
                type == BlockType.enhancedPacket
                ? enhancedPacket(bytes, block, &records, &tally)
                : other(bytes, block, &records, &tally)
            guard let stop else {
                position += length
                continue
            }
            // A fault leaves the position in front of its block.
            if case .fault = stop { return stop }
            position += length
            return stop
        }
    }

    /// A block's body.
    struct Block {
        var type: UInt32
        var start: Int
        var end: Int
        var length: Int { end - start }
    }

    /// What has to be seen to before a block that is no packet is read; nil where it can be read.
    private mutating func beginning(_ bytes: RawSpan, _ position: Int, _ type: UInt32) -> ParseStop? {
        if type == BlockType.section || !hasSection { return readByteOrder(bytes, position) }
        guard PcapFormat.matches(bytes.slice(from: position)) else { return nil }
        // No block has a type like that, so what is there is worth waiting for.
        return bytes.byteCount - position < 16 ? .needs(16) : PcapFormat.anotherHeader(bytes, position)
    }

    /// A section header tells the byte order of everything up to the next one.
    private mutating func readByteOrder(_ bytes: RawSpan, _ position: Int) -> ParseStop? {
        guard bytes.be32(position) == BlockType.section else {
            return .fault(.malformed, "there is no section header where the first block begins")
        }
        switch bytes.be32(position + 8) {
        case 0x1A2B_3C4D: isBigEndian = true
        case 0x4D3C_2B1A: isBigEndian = false
        case let magic:
            return .fault(.malformed, "the section's byte-order mark is damaged (0x\(String(magic, radix: 16)))")
        }
        return nil
    }

    @inline(__always)
    private func enhancedPacket(
        _ bytes: RawSpan, _ block: Block, _ records: inout [PacketRecord],
        _ tally: inout RecordTally
    ) -> ParseStop? {
        let start = block.start
        guard block.length >= 20 else { return .fault(.malformed, "a packet block is too short for its own header") }
        let index = Int(bytes.u32(start, bigEndian: isBigEndian))
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

    func unknownInterface(_ index: Int) -> ParseStop {
        .fault(.malformed, "a packet names interface \(index), but the section has described \(interfaces.count)")
    }

    func overlong(_ captured: Int, _ room: Int) -> ParseStop {
        .fault(.malformed, "a packet claims \(captured) octets in a block with room for \(room)")
    }

    private mutating func other(
        _ bytes: RawSpan, _ block: Block, _ records: inout [PacketRecord],
        _ tally: inout RecordTally
    ) -> ParseStop? {
        switch block.type {
        case BlockType.section: section(bytes, block)
        case BlockType.interface: interface(bytes, block, &tally)
        case BlockType.packet: obsoletePacket(bytes, block, &records, &tally)
        case BlockType.simplePacket: simplePacket(bytes, block, &records, &tally)
        case BlockType.names: names(bytes, block)
        case BlockType.statistics: statistics(bytes, block, tally)
        case BlockType.secrets: secrets(bytes, block)
        case let type where Self.isOtherRecord(type):
            skipRecord(&tally)
        default: nil
        }
    }

    /// Records that are no packets have frame numbers too: journal entries, system calls and
    /// custom blocks are frames to everyone who looks at the capture in Wireshark.
    private static func isOtherRecord(_ type: UInt32) -> Bool {
        switch type {
        case BlockType.journal, 0x204, 0x216, 0x221, 0x0BAD, 0x4000_0BAD: true
        default: false
        }
    }

    private func skipRecord(_ tally: inout RecordTally) -> ParseStop? {
        tally.frame += 1
        return nil
    }

    private mutating func section(_ bytes: RawSpan, _ block: Block) -> ParseStop? {
        guard block.length >= 16 else { return .fault(.malformed, "a section header is too short") }
        let major = bytes.u16(block.start + 4, bigEndian: isBigEndian)
        let minor = bytes.u16(block.start + 6, bigEndian: isBigEndian)
        guard major == 1, minor == 0 || minor == 2 else {
            return .fault(.unsupported, "pcapng version \(major).\(minor) is not read")
        }
        hasSection = true
        interfaces.removeAll(keepingCapacity: true)
        var options = BlockOptions(bytes, from: block.start + 16, to: block.end, bigEndian: isBigEndian)
        while let option = options.next() {
            switch option.code {
            case 1: if notes.comments.count < 64, let text = options.text(option) { notes.comments.append(text) }
            case 3: notes.operatingSystem = options.text(option) ?? notes.operatingSystem
            case 4: notes.application = options.text(option) ?? notes.application
            default: break
            }
        }
        return nil
    }

    private mutating func interface(_ bytes: RawSpan, _ block: Block, _ tally: inout RecordTally) -> ParseStop? {
        guard block.length >= 8 else { return .fault(.malformed, "an interface description is too short") }
        guard interfaces.count < Self.interfaceLimit else {
            return .fault(.unsupported, "the section describes more than \(Self.interfaceLimit) interfaces")
        }
        let linkType = LinkType(pcapField: UInt32(bytes.u16(block.start, bigEndian: isBigEndian)))
        let snapLength = bytes.u32(block.start + 4, bigEndian: isBigEndian)
        var about = InterfaceDescription(
            capture: tally.capture, index: tally.described, linkType: linkType, snapLength: snapLength,
            timestampResolution: "")
        var resolution: UInt8 = 6
        var offset: Int64 = 0
        var options = BlockOptions(bytes, from: block.start + 8, to: block.end, bigEndian: isBigEndian)
        while let option = options.next() {
            switch (option.code, option.length) {
            case (2, _): about.name = options.text(option)
            case (3, _): about.description = options.text(option)
            case (9, 1...): resolution = bytes.u8(option.start)
            // The first octet says how the filter is written; 0 is text.
            case (11, 1...) where bytes.u8(option.start) == 0: about.filter = options.text(option, skipping: 1)
            case (14, 8...): offset = Int64(bitPattern: bytes.u64(option.start, bigEndian: isBigEndian))
            default: break
            }
        }
        let unit = TimestampUnit(code: resolution, offsetSeconds: offset)
        about.timestampResolution = unit.text
        interfaces.append(Interface(linkType: linkType, snapLength: snapLength, unit: unit))
        return tally.describes() ? .event(.interface(about)) : nil
    }
}
