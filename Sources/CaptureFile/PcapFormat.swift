import PacketModel
import ByteParsing

/// The classic capture format: a file header, then records until the end.
///
/// Both byte orders, micro- and nanoseconds, the modified form with a longer record header, and the
/// early versions that write the two lengths in the other order.
struct PcapFormat: ContainerFormat {
    static let name = "pcap"
    /// Octets of the file header.
    static let headerLength = 24

    let isBigEndian: Bool
    /// Nanoseconds in one unit of the fraction field.
    let fractionUnit: Int64
    /// Octets in front of each packet.
    let recordHeaderLength: Int
    let lengthOrder: LengthOrder
    let linkType: LinkType
    let snapLength: UInt32
    /// The longest packet that is believed.
    let longestPacket: Int
    /// A classic capture says nothing of itself; what others before it said stands.
    let notes: CaptureNotes

    /// In which order a record gives its captured and original length.
    enum LengthOrder: Sendable {
        case capturedFirst
        case originalFirst
        /// Version 2.3 was written both ways: the smaller one is the captured length.
        case smallerIsCaptured
    }

    /// Whether `bytes` begin with one of the format's magic numbers.
    static func matches(_ bytes: RawSpan) -> Bool {
        guard bytes.byteCount >= 4 else { return false }
        return magic(bytes.be32(0)) != nil || magic(bytes.le32(0)) != nil
    }

    private static func magic(_ value: UInt32) -> (unit: Int64, recordHeader: Int)? {
        switch value {
        case 0xA1B2_C3D4: (1000, 16)
        case 0xA1B2_3C4D: (1, 16)
        case 0xA1B2_CD34: (1000, 24)
        default: nil
        }
    }

    static func recognise(_ bytes: RawSpan, inputHasEnded: Bool, _ notes: CaptureNotes) -> ContainerStart {
        if bytes.byteCount < 4 { return inputHasEnded ? .another : .needs(4) }
        guard matches(bytes) else { return .another }
        if bytes.byteCount < headerLength {
            return inputHasEnded
                ? .unreadable(.truncated, "the capture ends within its file header") : .needs(headerLength)
        }
        guard let format = PcapFormat(header: bytes, notes) else {
            return .unreadable(.unsupported, "this version of the pcap format is not read")
        }
        return .begins(format, headerLength: headerLength)
    }

    /// Reads the file header, whose 24 octets the caller has; nil for a version that is not read.
    private init?(header: RawSpan, _ notes: CaptureNotes) {
        self.notes = notes
        let bigEndian = Self.magic(header.be32(0)) != nil
        guard let magic = Self.magic(header.u32(0, bigEndian: bigEndian)) else { return nil }
        let major = header.u16(4, bigEndian: bigEndian)
        let minor = header.u16(6, bigEndian: bigEndian)
        // 543.0 was written by an early tool whose records are those of version 2.2.
        guard major <= 2 || major == 543 else { return nil }
        isBigEndian = bigEndian
        fractionUnit = magic.unit
        recordHeaderLength = magic.recordHeader
        lengthOrder =
            if major == 543 || (major == 2 && minor < 3) { .originalFirst } else if major == 2 && minor == 3 {
                .smallerIsCaptured
            } else { .capturedFirst }
        snapLength = header.u32(16, bigEndian: bigEndian)
        linkType = LinkType(pcapField: header.u32(20, bigEndian: bigEndian))
        longestPacket = min(max(ContainerLimit.plausiblePacket, Int(snapLength)), ContainerLimit.recordLength)
    }

    /// The one interface of such a capture, as number `index` of what is read.
    func interface(capture: UInt16, index: Int) -> InterfaceDescription? {
        InterfaceDescription(
            capture: capture, index: index, linkType: linkType, snapLength: snapLength,
            timestampResolution: fractionUnit == 1 ? "10^-9" : "10^-6")
    }

    /// Takes every whole record from `position` on.
    func parse(
        _ bytes: RawSpan, position: inout Int, records: inout [PacketRecord],
        tally: inout RecordTally
    ) -> ParseStop {
        var stop = ParseStop.full
        records.append(addingCapacity: max(0, ContainerLimit.recordsPerBatch - records.count)) { output in
            stop =
                isBigEndian
                ? walk(BigEndian.self, bytes, &position, &output, &tally)
                : walk(LittleEndian.self, bytes, &position, &output, &tally)
        }
        return stop
    }

    /// Each byte order has code of its own, and what changes with each packet stays in registers. Sums wrap: a position
    /// is at most the number of octets in memory, and every read is checked against that.
    private func walk<Order: ByteOrder>(
        _ order: Order.Type, _ bytes: RawSpan, _ position: inout Int, _ output: inout OutputSpan<PacketRecord>,
        _ tally: inout RecordTally
    ) -> ParseStop {
        let size = bytes.byteCount
        let header = recordHeaderLength
        let longest = longestPacket
        let isPlain = lengthOrder == .capturedFirst
        let unit = fractionUnit
        let type = linkType
        let point = tally.point
        let room = output.freeCapacity
        var place = position
        var taken = 0
        var frame = FrameReference(capture: tally.capture, frame: tally.frame &+ 1)
        var cut: UInt64 = 0
        var earliest = Int64.max
        var latest = Int64.min
        let stop: ParseStop
        while true {
            guard size &- place >= header else {
                stop = .needs(header)
                break
            }
            // One check for the four fields that every form of the header begins with.
            let fields = bytes.slice(place, place &+ 16)
            var captured = Int(Order.u32(fields, 8))
            var original = Int(Order.u32(fields, 12))
            if !isPlain, lengthOrder == .originalFirst || captured > original { swap(&captured, &original) }
            // One comparison for what is rare: a length that is damaged, and none, which no packet has.
            if UInt(bitPattern: captured &- 1) >= UInt(bitPattern: longest), let found = unusual(bytes, place, captured)
            {
                stop = found
                break
            }
            guard size &- place >= header &+ captured else {
                stop = .needs(header &+ captured)
                break
            }
            guard taken < room else {
                stop = .full
                break
            }
            let seconds = Int64(Order.u32(fields, 0))
            // 2^32 s and 2^32 µs in nanoseconds stay far below 2^63. Some writers round up to a full
            // second without a carry; a larger fraction is damage, and a time made of it would
            // carry everything that waits on time far ahead.
            let part = Int64(Order.u32(fields, 4)) &* unit
            var time: CaptureTime?
            if part < 2_000_000_000 {
                let nanoseconds = seconds &* 1_000_000_000 &+ part
                earliest = min(earliest, nanoseconds)
                latest = max(latest, nanoseconds)
                time = CaptureTime(nanoseconds: nanoseconds)
            }
            cut &+= original > captured ? 1 : 0
            output.append(
                PacketRecord(
                    offset: place &+ header, capturedLength: captured, originalLength: original, time: time,
                    frame: frame,
                    linkType: type, point: point))
            frame = frame.next
            taken &+= 1
            place &+= header &+ captured
        }
        tally.count(
            packets: taken, capturedBytes: place &- position &- taken &* header, cut: cut, from: earliest, to: latest)
        position = place
        return stop
    }

    /// What to make of a record that holds nothing or too much: the header of another capture, or damage; nil where it
    /// is just an empty record.
    @inline(never)
    private func unusual(_ bytes: RawSpan, _ place: Int, _ captured: Int) -> ParseStop? {
        if PcapngFormat.beginsSection(bytes, place) { return .anotherCapture }
        if let found = Self.anotherHeader(bytes, place) { return found }
        if captured <= longestPacket { return nil }
        return .fault(
            .malformed,
            """
            the record claims \(captured) octets, more than the \(longestPacket) that a packet can have here: its \
            length is damaged, or what came before it
            """
        )
    }

    /// Whether a file header stands where a record or block should begin, as after `cat a.pcap b.pcap`.
    ///
    /// Read as a record it is one of the year 2040 or later (the magic numbers as seconds) without an octet, on the
    /// wire neither, since both the time zone and the accuracy are 0 in every file of version 2.4. No packet is like
    /// that.
    static func anotherHeader(_ bytes: RawSpan, _ place: Int) -> ParseStop? {
        let header = bytes.slice(from: place)
        guard header.byteCount >= 16, matches(header) else { return nil }
        let bigEndian = magic(header.be32(0)) != nil
        guard header.u16(4, bigEndian: bigEndian) == 2, header.u16(6, bigEndian: bigEndian) == 4, header.be32(8) == 0,
            header.be32(12) == 0
        else { return nil }
        guard header.byteCount >= headerLength else { return .needs(headerLength) }
        return LinkType(pcapField: header.u32(20, bigEndian: bigEndian)).rawValue == .max ? nil : .anotherCapture
    }
}

/// A byte order as a type, so that a loop is compiled for each.
private protocol ByteOrder {
    static func u32(_ bytes: RawSpan, _ offset: Int) -> UInt32
}

private enum LittleEndian: ByteOrder {
    @inline(__always) static func u32(_ bytes: RawSpan, _ offset: Int) -> UInt32 { bytes.le32(offset) }
}

private enum BigEndian: ByteOrder {
    @inline(__always) static func u32(_ bytes: RawSpan, _ offset: Int) -> UInt32 { bytes.be32(offset) }
}

extension LinkType {
    /// The link type of a classic capture's header field: the upper bits hold the length of frame
    /// check sequences, and some systems wrote their own numbers for raw IP.
    init(pcapField field: UInt32) {
        // Bits 16 to 25 are reserved; a number that uses them is none that is registered.
        guard field & 0x03FF_0000 == 0 else {
            self.init(rawValue: .max)
            return
        }
        switch UInt16(truncatingIfNeeded: field) {
        case 12, 14: self = .raw
        case let number: self.init(rawValue: number)
        }
    }
}
