// A libFuzzer target: HTTP connections and authentication tokens, with hostile octets.
//
// Build with `-sanitize=fuzzer,address -parse-as-library` together with the sources of the modules
// that it imports; run with `SWIFT_BACKTRACE=enable=no` and an outer `timeout`.

import ByteParsing
import Dissectors

/// One input: the first octet chooses the way in, the second the size of the segments.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 2 else { return 0 }
    let bytes = Array(input[2...])
    let context = DissectionContext(names: NameTable())
    if input[0] % 4 == 0 {
        var text = ByteBuffer(capacity: 16)
        let token = AuthenticationToken(
            decoding: bytes.rawBytes, isCut: input[1] & 1 != 0, names: context.names, text: &text)
        if let fault = token.fault { precondition(fault.offset >= 0 && Int(fault.offset) <= bytes.count) }
    } else {
        connection(bytes, segment: Int(input[1]) + 1, hasHoles: input[0] % 4 == 3, into: context)
    }
    return 0
}

/// Shows the octets in segments, a NUL NUL pair turning the direction; with holes, every fifth
/// segment is lost.
private func connection(_ bytes: [UInt8], segment: Int, hasHoles: Bool, into context: DissectionContext) {
    let dissector = HTTPStream()
    var held: [[UInt8]] = [[], []]
    var skip = [0, 0]
    var direction = Direction.forward
    var position = 0
    var number = 0
    while position < bytes.count {
        if position + 1 < bytes.count, bytes[position] == 0, bytes[position + 1] == 0 {
            direction = direction.reversed
            position += 2
            continue
        }
        var end = position
        while end < bytes.count, end - position < segment {
            if end + 1 < bytes.count, bytes[end] == 0, bytes[end + 1] == 0 { break }
            end += 1
        }
        let fresh = Array(bytes[position..<end])
        position = end
        number += 1
        let side = direction.index
        let over = min(skip[side], fresh.count)
        skip[side] -= over
        if over == fresh.count { continue }
        if hasHoles, number % 5 == 4 {
            let unfinished = held[side]
            dissector.gap(unfinished.rawBytes, length: fresh.count - over, from: direction, into: context)
            held[side] = []
            continue
        }
        held[side] += fresh[over...]
        while skip[side] == 0, !held[side].isEmpty {
            let shown = held[side]
            let step = dissector.consume(shown.rawBytes, from: direction, into: context)
            precondition(step.taken >= 0 && step.taken <= shown.count && step.skip >= 0)
            if step.ignoreRest { return }
            held[side].removeFirst(step.taken)
            let passed = min(step.skip, held[side].count)
            held[side].removeFirst(passed)
            skip[side] = step.skip - passed
            if step.taken == 0, step.skip == 0 { break }
        }
    }
    for side in [Direction.forward, .backward] {
        let unfinished = held[side.index]
        dissector.finish(unfinished.rawBytes, missing: skip[side.index], ending: .closed, from: side, into: context)
    }
}
