// A libFuzzer target: any octets as a capture, through the whole way to findings. The rules must end
// with what they were shown, twice the same.
import CaptureFile
import Diagnosis
import Pipeline

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAnalysis(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = Array(UnsafeBufferPointer(start: start, count: count))
    let first = findings(octets)
    precondition(first == findings(octets), "an analysis depends on more than its input")
    return 0
}

/// The findings of a capture, a word each.
private func findings(_ octets: [UInt8]) -> [String] {
    let source = CaptureReader(UnpackedInput(MemoryInput(octets)), name: "fuzz")
    return Analysis.run(source).findings.map { "\($0.rule.slug) \($0.severity.name) \($0.count) \($0.evidence.map(\.frame))" }
}
