// One program for all targets: libFuzzer's main calls what stands here, and the environment says which target is meant.
import Platform

/// Every target: the name of its dictionary, seeds and corpus, and what it does with an input.
let targets: [(name: String, run: @Sendable ([UInt8]) -> Void)] = [
    ("Analysis", fuzzAnalysis), ("Arguments", fuzzArguments), ("Edits", fuzzEdits), ("Expectations", fuzzExpectations),
    ("HTTP", fuzzHTTP), ("Kerberos", fuzzKerberos), ("Merge", fuzzMerge), ("Messages", fuzzMessages),
    ("Nested", fuzzNested),
    ("PacketSources", fuzzPacketSources),
    ("Packets", fuzzPackets), ("Reports", fuzzReports), ("Search", fuzzSearch), ("Selection", fuzzSelection),
    ("Texts", fuzzTexts),
    ("Tokens", fuzzTokens), ("Writers", fuzzWriters),
]

private let chosen = targets.first { $0.name == ProcessContext.environment("KCDTRACE_FUZZ_TARGET") }

/// Lists the targets, or writes the seeds, where that is asked for instead of fuzzing.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzing(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    if let folder = ProcessContext.environment("KCDTRACE_FUZZ_SEEDS") {
        let samples = ProcessContext.environment("KCDTRACE_FUZZ_SAMPLES") ?? ""
        Seeds.write(to: folder, samples: samples.split(separator: "\n").map { String($0) })
        ProcessContext.exit(0)
    }
    if chosen == nil {
        print(targets.map(\.name).joined(separator: "\n"))
        ProcessContext.exit(0)
    }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func runOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    chosen?.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
