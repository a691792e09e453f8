// One packet's headers: what reads the usual ones reads them as the layers do.
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
    let verdict = PacketDecoder.unusual(span, originalLength: bytes.count + missing, linkType: linkType, into: &any)
    claim((verdict == .fault) == (any.fault != nil), "a verdict of \(verdict) with \(String(describing: any.fault))")
    if verdict == .tcp || verdict == .udp {
        claim(
            any.payloadOffset >= 0 && any.payloadLength >= 0 && any.payloadOffset + any.payloadLength <= bytes.count
                && any.payloadLength <= any.wirePayloadLength, "a payload outside its packet: \(any)")
    }
    var usual = DecodedPacket()
    if let quick = PacketDecoder.usual(span, linkType: linkType, into: &usual) {
        claimSame(quick, verdict, "the usual way sees another packet")
        claimSame("\(usual)", "\(any)", "the usual way reads other headers")
    }
    if linkType == .ethernet, let network = PlainSegment.place(in: span) { plain(span, network, verdict, any) }
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

/// The same of what flows read in place.
private func plain(_ bytes: RawSpan, _ network: Int, _ verdict: PacketVerdict, _ packet: DecodedPacket) {
    func claimEnds(_ source: UInt64, _ destination: UInt64) {
        claimSame(UInt16(truncatingIfNeeded: source), packet.sourcePort, "another source port")
        claimSame(UInt16(truncatingIfNeeded: destination), packet.destinationPort, "another destination port")
        claimSame(IPAddress(v4: UInt32(truncatingIfNeeded: source >> 16)), packet.source, "another source")
        claimSame(
            IPAddress(v4: UInt32(truncatingIfNeeded: destination >> 16)), packet.destination, "another destination")
    }
    if PlainSegment.kind(bytes, at: network) == .datagram {
        guard let datagram = PlainDatagram(bytes, at: network) else { return }
        claimSame(verdict, .udp, "another kind of packet")
        claimEnds(datagram.source, datagram.destination)
        claimSame(
            [datagram.length, datagram.payloadOffset, datagram.payloadLength],
            [packet.wirePayloadLength, packet.payloadOffset, packet.payloadLength], "another payload")
        return
    }
    guard let segment = PlainSegment(bytes, at: network) else { return }
    claimSame(verdict, .tcp, "another kind of packet")
    claimEnds(segment.source, segment.destination)
    claimSame(segment.sequenceNumbers, packet.sequenceNumbers, "other sequence numbers")
    claimSame([segment.tcpFlags, segment.ttl], [packet.tcpFlags, packet.ttl], "other flags")
    var laid = DecodedPacket()
    segment.lay(bytes, at: network, into: &laid)
    claimSame(
        [segment.length, laid.payloadOffset, laid.payloadLength],
        [packet.wirePayloadLength, packet.payloadOffset, packet.payloadLength], "another payload")
}
