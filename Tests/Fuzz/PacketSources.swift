// A libFuzzer target: any octets as a capture, in pieces and in one, unpacked where they say so.
// Build with `swiftc -sanitize=fuzzer,address -parse-as-library` together with the package's modules.
import ByteParsing
import CaptureFile

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPacketSources(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = digest(octets, piece: .max)
    let pieces = digest(octets, piece: 7)
    // How the octets arrive must not show in what is read.
    precondition(whole == pieces, "reading depends on the size of the pieces")
    return 0
}

/// What a reader makes of the octets, in a few numbers.
private func digest(_ octets: [UInt8], piece: Int) -> [Int] {
    let input = UnpackedInput(MemoryInput(octets, piece: piece))
    let source = CaptureReader(input, name: "fuzz", pieceLength: min(piece, 1 << 16))
    var batch = PacketBatch(capacity: 64)
    var packets = 0
    var sum = 0
    var events = 0
    while true {
        switch source.next(into: &batch) {
        case .packets:
            for record in batch.records {
                packets += 1
                let bytes = batch.bytes(of: record)
                for index in 0..<bytes.byteCount { sum = sum &* 31 &+ Int(bytes.u8(index)) }
                sum = sum &+ record.originalLength &+ Int(truncatingIfNeeded: record.time?.nanoseconds ?? 1)
            }
        case .finished:
            return [packets, sum, events]
        case .captureEnded(let end):
            events = events &* 31 &+ Int(truncatingIfNeeded: end.fault?.offset ?? 1)
        default:
            events = events &* 31 &+ 1
        }
    }
}
