// One packet's headers: the fast reader reads what the general one reads.
import PacketModel
import ByteParsing
import Dissectors

/// The input is a link type, how much longer the packet was on the wire, and the packet.
@Sendable func fuzzPackets(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let linkTypes: [UInt16] = [1, 113, 276, 101, 228, 229, 0, 108, 12, 14, 127]
    let linkType = LinkType(rawValue: linkTypes[input.octet() % linkTypes.count])
    let missing = Int(input.number(octets: 2))
    let bytes = input.all()
    let span = bytes.rawBytes
    var any = DecodedPacket()
    let verdict = PacketDecoder.decode(span, originalLength: bytes.count + missing, linkType: linkType, into: &any)
    claim((verdict == .fault) == (any.fault != nil), "a verdict of \(verdict) with \(String(describing: any.fault))")
    if verdict == .tcp || verdict == .udp {
        claim(
            any.payloadOffset >= 0 && any.payloadLength >= 0 && any.payloadOffset + any.payloadLength <= bytes.count
                && any.payloadLength <= any.wirePayloadLength, "a payload outside its packet: \(any)")
    }
    var header = FastHeader()
    if linkType == .ethernet, header.read(ethernet: span) {
        var filled = DecodedPacket()
        header.fill(&filled)
        // What `fill` leaves out.
        filled.transportOffset = any.transportOffset
        filled.networkEnd = any.networkEnd
        filled.wireNetworkEnd = any.wireNetworkEnd
        claimSame(header.isTCP ? .tcp : .udp, verdict, "the fast reader sees another packet")
        claimSame("\(filled)", "\(any)", "the fast reader reads other headers")
    }
    if verdict == .fragment { reassemble(bytes, any) }
}

/// What follows the headers of a fragment, taken for a whole datagram.
private func reassemble(_ bytes: [UInt8], _ packet: DecodedPacket) {
    var packet = packet
    packet.fragmentOffset = 0
    packet.hasMoreFragments = false
    let rest = Array(bytes.dropFirst(packet.transportOffset))
    packet.transportOffset = 0
    packet.networkEnd = rest.count
    packet.wireNetworkEnd = rest.count
    _ = PacketDecoder.reassembled(rest.rawBytes, into: &packet)
}
