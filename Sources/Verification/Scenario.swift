import ByteParsing
import Platform

/// One capture, or several that belong together, with the file that says what they must show.
public struct Scenario: Sendable {
    /// How it is called in output: its path below the folder that was named.
    public var name: String
    /// The captures, on one timeline.
    public var captures: [PathName]
    /// Where its expectation stands, or would.
    public var expectation: PathName

    /// The file of a folder's expectation.
    static let fileName = "expect.json"
    private static let endings = [".pcap", ".pcapng", ".cap", ".ntar", ".dmp"]
    private static let packed = ["", ".gz", ".zst"]
    private static let maximumDepth = 16

    /// Every scenario in a folder and below it, by path.
    ///
    /// A folder with an `expect.json`, or with a single capture, is one scenario of all its captures.
    /// In any other folder each capture is a scenario of its own, and its expectation stands beside it
    /// as `<capture>.expect.json`.
    public static func find(in root: PathName) throws(SystemError) -> [Scenario] {
        var out: [Scenario] = []
        try collect(root, root.description, 0, &out)
        return out
    }

    private static func collect(_ folder: PathName, _ name: String, _ depth: Int, _ out: inout [Scenario]) throws(SystemError) {
        let entries = try DirectoryListing.entries(of: folder)
        let captures = entries.filter { !$0.isDirectory && isCapture($0.name) }.map(\.name)
        let hasExpectation = entries.contains { $0.name == PathName(fileName) && !$0.isDirectory }
        if hasExpectation || captures.count == 1 {
            out.append(Scenario(name: name, captures: captures.map { folder.appending($0) },
                                expectation: folder.appending(PathName(fileName))))
        } else {
            for capture in captures {
                out.append(Scenario(
                    name: "\(name)/\(capture)", captures: [folder.appending(capture)],
                    expectation: folder.appending(PathName(bytes: capture.bytes + Array(".expect.json".utf8)))))
            }
        }
        guard depth < maximumDepth else { return }
        for entry in entries where entry.isDirectory && entry.name.bytes.first != UInt8(ascii: ".") {
            try collect(folder.appending(entry.name), "\(name)/\(entry.name)", depth + 1, &out)
        }
    }

    private static func isCapture(_ name: PathName) -> Bool {
        let text = name.description.lowercased()
        return endings.contains { ending in packed.contains { text.hasSuffix(ending + $0) } }
    }

    /// The text of the expectation; nil where the file does not exist or cannot be read.
    public func readExpectation() -> [UInt8]? {
        guard let descriptor = try? FileDescriptor.open(reading: expectation) else { return nil }
        var buffer = ByteBuffer(capacity: 4096)
        while buffer.count <= Self.maximumExpectationBytes {
            guard let count = try? descriptor.read(into: &buffer, limit: 65_536) else { return nil }
            if count == 0 { return buffer.bytes.copyBytes() }
        }
        return nil
    }

    private static let maximumExpectationBytes = 4 << 20
}
