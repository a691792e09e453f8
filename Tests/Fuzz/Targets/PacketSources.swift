// Any octets as a capture, unpacked where they say so.

/// The input is the capture. How its octets arrive must not show in what is read.
@Sendable func fuzzPacketSources(_ octets: [UInt8]) {
    let whole = reader(octets), pieces = reader(octets, piece: 7)
    let one = readAll(whole), other = readAll(pieces)
    claimSame(one.events, other.events, "events depend on the size of the pieces")
    claimSame(one.packets, other.packets, "packets depend on the size of the pieces")
    claimSame("\(whole.captures)", "\(pieces.captures)", "the description depends on the size of the pieces")
}
