// Any octets as a capture, through the whole way to findings.

/// The input is the capture. All that is written of it depends on its octets alone: not on the run, nor on how they
/// arrive.
@Sendable func fuzzAnalysis(_ octets: [UInt8]) {
    let whole = document(analyze(reader(octets)))
    let pieces = document(analyze(reader(octets, piece: 13)))
    claimSame(
        String(decoding: whole, as: UTF8.self), String(decoding: pieces, as: UTF8.self),
        "an analysis depends on more than its input")
}
