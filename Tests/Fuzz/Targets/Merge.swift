// Several captures on one timeline.
import PacketModel
import CaptureFile

/// The input is up to four captures, each but the last with its length before it. Merging loses nothing, invents
/// nothing, keeps
/// each capture's own order, and orders captures that are in order themselves.
@Sendable func fuzzMerge(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    var captures: [[UInt8]] = []
    while captures.count < 3, !input.rest.isEmpty { captures.append(input.piece()) }
    captures.append(input.all())

    let merged = readAll(MergedSource(captures.enumerated().map { reader($1, capture: UInt16($0)) }))
    var isOrdered = true
    for (index, capture) in captures.enumerated() {
        let alone = readAll(reader(capture, capture: UInt16(index))).packets
        var own = merged.packets.filter { $0.frame.capture == UInt16(index) }
        if let point = own.first?.point {
            claim(
                own.allSatisfy { $0.point == point } && Int(point) < captures.count,
                "a capture at two points, or at none")
        }
        for place in own.indices { own[place].point = UInt16(index) }
        claimSame(own, alone, "capture \(index) is not read as it is alone")
        // A packet without a time stands with the one before it; one at the start is before all.
        let times = alone.compactMap { $0.time?.nanoseconds }
        isOrdered =
            isOrdered && zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }
            && (alone.first?.time != nil || alone.isEmpty)
    }
    let times = merged.packets.compactMap { $0.time?.nanoseconds }
    claim(
        !isOrdered || zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "captures in order are merged out of order"
    )

    let pieces = readAll(MergedSource(captures.enumerated().map { reader($1, piece: 11, capture: UInt16($0)) }))
    claimSame(pieces.packets, merged.packets, "the common timeline depends on the size of the pieces")
}
