import Foundation

/// Programs that tests compare with or prepare inputs with.
enum Tools {
    /// What a program printed, and its exit status.
    struct Output: Sendable {
        var standardOutput: [UInt8]
        var standardError: String
        var status: Int32
        var text: String { String(decoding: standardOutput, as: UTF8.self) }
    }

    /// Runs a program found on the path, giving it `input`; fails where the program is missing.
    static func run(_ arguments: [String], input: [UInt8] = []) throws -> Output {
        let scratch = try Scratch()
        let inputPath = scratch.path("in")
        let outputPath = scratch.path("out")
        let errorPath = scratch.path("err")
        for path in [outputPath, errorPath] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        try Data(input).write(to: URL(fileURLWithPath: inputPath))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = FileHandle(forReadingAtPath: inputPath)
        process.standardOutput = FileHandle(forWritingAtPath: outputPath)
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        try process.run()
        process.waitUntilExit()
        return Output(
            standardOutput: [UInt8](try Data(contentsOf: URL(fileURLWithPath: outputPath))),
            standardError: String(decoding: try Data(contentsOf: URL(fileURLWithPath: errorPath)), as: UTF8.self),
            status: process.terminationStatus)
    }
}

/// A folder that goes away with its owner.
final class Scratch: Sendable {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "/capture-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    /// Writes a file and returns its path.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }
}
