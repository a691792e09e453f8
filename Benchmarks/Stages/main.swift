import CaptureFile
import Platform

// Runs a capture through the pipeline as far as one stage and counts what comes out of it:
//     Stages read|decode|flows|messages|exchanges|analyze FILE
// What a stage costs is the difference from the one before it.
let arguments = ProcessContext.arguments
guard arguments.count == 2, let stage = Stage(rawValue: arguments[0].description) else {
    print("usage: Stages \(Stage.allCases.map(\.rawValue).joined(separator: "|")) FILE")
    ProcessContext.exit(2)
}
var options = CaptureOpener.Options()
options.threads = 1
let source = CaptureOpener.open(paths: [arguments[1]], options: options)
print("\(stage.rawValue) \(stage.run(source))")
let isWhole = source.captures.allSatisfy { $0.fault == nil }
ProcessContext.exit(isWhole ? 0 : 3)
