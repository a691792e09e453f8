// A libFuzzer target: Kerberos over UDP and TCP, with hostile octets.
//
// Build with `-sanitize=fuzzer,address -parse-as-library` together with the sources of the modules
// that it imports; run with `SWIFT_BACKTRACE=enable=no` and an outer `timeout`.

import ByteParsing
import Dissectors

/// One input: the first octet chooses the way in, the second the size of the segments.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKerberos(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 2 else { return 0 }
    let bytes = Array(input[2...])
    let context = DissectionContext(names: NameTable())
    switch input[0] % 4 {
    case 0:
        KerberosDatagram.dissect(bytes.rawBytes, isCut: input[1] & 1 != 0, into: context)
    case 1:
        var message = KerberosMessage()
        let fault = KerberosDecoder.decode(bytes.rawBytes, extent: .whole, names: context.names, into: &message)
        if let fault { precondition(fault.offset >= 0 && fault.offset <= bytes.count) }
    default:
        stream(bytes, segment: Int(input[1]) + 1, hasHoles: input[0] % 4 == 3, into: context)
    }
    return 0
}

/// Shows the octets in segments, as the flow layer does; with holes, every fourth segment is lost.
private func stream(_ bytes: [UInt8], segment: Int, hasHoles: Bool, into context: DissectionContext) {
    let dissector = KerberosStream()
    _ = KerberosStream.probe(bytes.rawBytes, serverPort: 88, clientPort: 1)
    var held: [UInt8] = []
    var wanted = 0
    var skip = 0
    var position = 0
    var number = 0
    while position < bytes.count {
        let end = min(position + segment, bytes.count)
        let fresh = Array(bytes[position..<end])
        position = end
        number += 1
        if hasHoles, number % 4 == 3 {
            let over = min(skip, fresh.count)
            skip -= over
            if over < fresh.count {
                dissector.gap(held.rawBytes, length: fresh.count - over, from: .forward, into: context)
                held = []
                wanted = 0
            }
            continue
        }
        let over = min(skip, fresh.count)
        skip -= over
        held += fresh[over...]
        while skip == 0, !held.isEmpty, held.count >= wanted {
            let step = dissector.consume(held.rawBytes, from: .forward, into: context)
            precondition(step.taken >= 0 && step.taken <= held.count && step.skip >= 0)
            held.removeFirst(step.taken)
            wanted = step.wanted
            let passed = min(step.skip, held.count)
            held.removeFirst(passed)
            skip = step.skip - passed
            if step.taken == 0, passed == 0 {
                // A reader that takes nothing must say what it waits for, or it would be called forever.
                precondition(wanted > held.count)
                break
            }
        }
    }
    dissector.finish(held.rawBytes, missing: 0, ending: .closed, from: .forward, into: context)
}
