import Foundation

/// One run of the real program.
struct CommandLineRun {
    let status: Int32
    let output: String
    let errors: String

    /// The program that was built beside the tests.
    static let program: URL = {
        // The test runner may be a bundle's program or a helper: the product lies in the same folder.
        let runner = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let beside = runner.appendingPathComponent("kcdtrace")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.appendingPathComponent(".build/release/kcdtrace")
    }()

    /// Runs the program with arguments, and with variables beside a bare environment.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kcdtrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outputFile = folder.appendingPathComponent("output")
        let errorFile = folder.appendingPathComponent("errors")
        for file in [outputFile, errorFile] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: try Data(contentsOf: outputFile), as: UTF8.self)
        errors = String(decoding: try Data(contentsOf: errorFile), as: UTF8.self)
    }

    /// A shell command line in which `$KCDTRACE` is the program.
    static func shell(_ line: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", line]
        process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "KCDTRACE": program.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}

/// The project's own samples.
enum Samples {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("SamplePcaps")

    /// The capture of a scenario.
    static func capture(_ scenario: String) throws -> String {
        let inside = folder.appendingPathComponent(scenario)
        let files = try FileManager.default.contentsOfDirectory(atPath: inside.path).filter { $0.hasPrefix("capture.") }
        return inside.appendingPathComponent(files.sorted()[0]).path
    }
}
