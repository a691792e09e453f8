import Dissectors
import ByteParsing
import Platform

/// One capture, or several that belong together, with the file that says what they must show.
public struct Scenario: Sendable {
    /// How it is called in output: its path below the folder that was named. It is as hostile as any name.
    public var name: String
    /// The captures, on one timeline.
    public var captures: [PathName]
    /// Where its expectation stands, or would.
    public var expectation: PathName
    /// Why it must not be run: one of its names leads to something that is no file.
    public var obstacle: String?

    /// The file of a folder's expectation.
    static let fileName: PathName = "expect.json"

    /// A scenario of captures in a folder; `found` is what stands under its expectation's name.
    init(
        name: String, folder: PathName, captures: [DirectoryListing.Entry], _ expectation: PathName,
        _ found: DirectoryListing.Entry?
    ) {
        self.name = name
        self.captures = captures.map { folder.appending($0.name) }
        self.expectation = folder.appending(expectation)
        if let odd = (captures + (found.map { [$0] } ?? [])).first(where: { $0.kind != .file }) {
            obstacle = "\(odd.name) is \(odd.kind.words), which is not opened"
        } else if captures.isEmpty {
            obstacle = "there is an expectation, but no capture"
        }
    }

    /// Why an expectation that is there cannot be read.
    public struct Unreadable: Error, Hashable, Sendable {
        /// What is wrong with the file.
        public var message: String
    }

    /// What is expected, where it may count messages of these protocols; nil where there is no such file.
    public func readExpectation(protocols: ProtocolRegistry = .standard) throws(Unreadable) -> Expectation? {
        guard let octets = try readFile() else { return nil }
        do {
            return try Expectation(octets, protocols: protocols)
        } catch {
            throw Unreadable(message: "\(expectation): line \(error.line): \(error.message)")
        }
    }

    private func readFile() throws(Unreadable) -> [UInt8]? {
        var buffer = ByteBuffer(capacity: 4096)
        do throws(SystemError) {
            let descriptor = try FileDescriptor.open(readingUnlinked: expectation)
            while buffer.count <= Self.maximumExpectationBytes {
                if try descriptor.read(into: &buffer, limit: 65_536) == 0 { return buffer.bytes.copyBytes() }
            }
        } catch {
            if error.isMissingFile { return nil }
            throw Unreadable(message: "\(expectation): cannot be read: \(error.message)")
        }
        let limit = Self.maximumExpectationBytes >> 20
        throw Unreadable(message: "\(expectation): larger than \(limit) MiB, which no expectation is")
    }

    private static let maximumExpectationBytes = 4 << 20
}
