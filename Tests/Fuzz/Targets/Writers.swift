// Captures that are written and read again.
import PacketModel
import ByteParsing
import CaptureFile

/// The input is a form, then packets: eight octets of time, two of missing length, and the packet with its length
/// before it.
/// What is read of the capture is what was written into it.
@Sendable func fuzzWriters(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let form = input.octet()
    // Numbers that mean themselves: a few stand for others in old files.
    let linkTypes: [UInt16] = [1, 113, 276, 101, 228, 229, 0, 108, 147]
    let linkType = LinkType(rawValue: linkTypes[input.octet() % linkTypes.count])
    var packets: [SeenPacket] = []
    while !input.rest.isEmpty, packets.count < 64 {
        // Up to the year 2106, which both forms hold, to the microsecond.
        let time = CaptureTime(nanoseconds: Int64(input.number(octets: 8) % 4_294_967_296_000_000) * 1000)
        let missing = Int(input.number(octets: 2))
        let bytes = Array(input.piece().prefix(262_144))
        packets.append(
            SeenPacket(
                frame: FrameReference(capture: 0, frame: UInt64(packets.count + 1)), time: time, linkType: linkType,
                originalLength: bytes.count + missing, octets: bytes, point: 0))
    }
    let written = form & 1 != 0 ? pcap(packets, linkType, form) : pcapng(packets, linkType, form)
    let source = reader(written)
    let read = readAll(source)
    claim(
        source.captures[0].fault == nil,
        "what was written cannot be read: \(String(describing: source.captures[0].fault))")
    claimSame(read.packets, packets, "packets are read otherwise than written")
}

private func pcap(_ packets: [SeenPacket], _ linkType: LinkType, _ form: Int) -> [UInt8] {
    var buffer = ByteBuffer(capacity: 64)
    let writer = PcapWriter(linkType: linkType, keepsNanoseconds: form & 2 != 0, isBigEndian: form & 4 != 0)
    writer.writeHeader(to: &buffer)
    for packet in packets {
        writer.writePacket(
            packet.octets.rawBytes, time: packet.time ?? CaptureTime(nanoseconds: 0),
            originalLength: packet.originalLength, to: &buffer)
    }
    return buffer.bytes.copyBytes()
}

private func pcapng(_ packets: [SeenPacket], _ linkType: LinkType, _ form: Int) -> [UInt8] {
    var buffer = ByteBuffer(capacity: 64)
    let writer = PcapngWriter(isBigEndian: form & 4 != 0)
    writer.writeSection(options: [PcapngWriter.Option(4, "fuzz")], to: &buffer)
    writer.writeInterface(linkType: linkType, options: form & 2 != 0 ? [PcapngWriter.Option(9, [9])] : [], to: &buffer)
    if form & 8 != 0 { writer.writeNames([ResolvedName(address: [10, 0, 0, 1], name: "web.example")], to: &buffer) }
    if form & 16 != 0 {
        writer.writeSecrets(DecryptionSecrets(secretsType: 0x544C_534B, bytes: [1, 2, 3]), to: &buffer)
    }
    for packet in packets {
        let time = packet.time?.nanoseconds ?? 0
        writer.writePacket(
            packet.octets.rawBytes, units: UInt64(form & 2 != 0 ? time : time / 1000),
            originalLength: packet.originalLength, to: &buffer)
    }
    return buffer.bytes.copyBytes()
}
