// Captures in which packets are lost, doubled, late, out of order or cut.
import PacketModel
import ByteParsing
import CaptureFile

/// The input is up to eight edits (what, at which packet, how much), and the capture in which they are made. What an
/// analysis
/// says depends on the packets alone, not on how they arrive, and no more than that is claimed: it must end.
@Sendable func fuzzEdits(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let edits = (0..<input.octet() % 9).map { _ in
        (kind: input.octet() % 7, place: Int(input.number(octets: 2)), amount: Int(input.number(octets: 3)))
    }
    var packets = Array(readAll(reader(input.all())).packets.prefix(400))
    for edit in edits where !packets.isEmpty { apply(edit.kind, edit.place % packets.count, edit.amount, to: &packets) }
    let capture = written(packets)
    let whole = document(analyze(reader(capture))), pieces = document(analyze(reader(capture, piece: 13)))
    claimSame(
        String(decoding: whole, as: UTF8.self), String(decoding: pieces, as: UTF8.self),
        "an analysis depends on how packets arrive")
}

private func apply(_ kind: Int, _ place: Int, _ amount: Int, to packets: inout [SeenPacket]) {
    // Milliseconds, back and forth: up to two hours.
    let span = Int64(amount - 1 << 23) * 1_000_000
    func move(_ index: Int) { packets[index].time = packets[index].time.map { $0.advanced(byNanoseconds: span) } }
    switch kind {
    case 0: packets.remove(at: place)
    case 1: packets.insert(packets[place], at: min(place + amount % 16, packets.count))
    case 2: packets.swapAt(place, min(place + amount % 8, packets.count - 1))
    case 3: for index in place..<packets.count { move(index) }
    case 4: move(place)
    case 5:
        let kept = amount % (packets[place].octets.count + 1)
        packets[place].octets.removeLast(packets[place].octets.count - kept)
    default:
        // All of one direction is lost from here on: the packets that begin as this one does.
        let head = packets[place].octets.prefix(12)
        packets = packets[..<place] + packets[place...].filter { !$0.octets.prefix(12).elementsEqual(head) }
    }
}

/// A capture of the packets, with nanoseconds; of a time before 1970 nothing can be written but its beginning.
private func written(_ packets: [SeenPacket]) -> [UInt8] {
    let writer = PcapngWriter()
    var buffer = ByteBuffer(capacity: 1 << 12)
    var linkTypes: [LinkType] = []
    writer.writeSection(to: &buffer)
    for packet in packets {
        if !linkTypes.contains(packet.linkType) {
            linkTypes.append(packet.linkType)
            writer.writeInterface(linkType: packet.linkType, options: [PcapngWriter.Option(9, [9])], to: &buffer)
        }
        let interface = UInt32(linkTypes.firstIndex(of: packet.linkType) ?? 0)
        writer.writePacket(
            packet.octets.rawBytes, units: UInt64(max(packet.time?.nanoseconds ?? 0, 0)), interface: interface,
            originalLength: packet.originalLength, to: &buffer)
    }
    return buffer.bytes.copyBytes()
}
