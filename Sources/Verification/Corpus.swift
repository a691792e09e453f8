import Platform

/// The scenarios of a folder and of those below it. Links are not followed, but for the folder itself, so that the walk
/// ends and stays where it was sent; nothing is opened but folders.
public struct Corpus: Sendable {
    /// Every scenario, by path.
    public private(set) var scenarios: [Scenario] = []
    /// Links to folders, which were passed by.
    public private(set) var linkedFolders = 0
    /// Folders too deep to be looked into.
    public private(set) var foldersTooDeep = 0

    /// A folder that cannot be listed.
    public struct Unlisted: Error {
        /// The folder.
        public var folder: PathName
        /// Why.
        public var error: SystemError
    }

    /// Folders are looked into so many levels below the root.
    public static let maximumDepth = 16

    private static let endings = [".pcap", ".pcapng", ".cap", ".ntar", ".dmp"]
    private static let packed = ["", ".gz", ".zst"]

    /// Looks for scenarios.
    ///
    /// A folder with an `expect.json`, or with a single capture, is one scenario of all its captures.
    /// In any other folder each capture is a scenario of its own, and its expectation stands beside it
    /// as `<capture>.expect.json`.
    public init(in root: PathName) throws(Unlisted) { try collect(root, root.description, 0) }

    private mutating func collect(_ folder: PathName, _ name: String, _ depth: Int) throws(Unlisted) {
        let entries: [DirectoryListing.Entry]
        do {
            entries = try DirectoryListing.entries(of: folder, followsLink: depth == 0)
        } catch {
            throw Unlisted(folder: folder, error: error)
        }
        let captures = entries.filter { $0.kind != .folder && Self.isCapture($0.name) }
        let expectation = entries.first { $0.name == Scenario.fileName }
        if captures.count == 1 || expectation.map({ $0.kind != .folder }) ?? false {
            scenarios.append(Scenario(name: name, folder: folder, captures: captures, Scenario.fileName, expectation))
        } else {
            for capture in captures {
                let expectation = PathName(bytes: capture.name.bytes + Array(".expect.json".utf8))
                scenarios.append(
                    Scenario(
                        name: "\(name)/\(capture.name)", folder: folder, captures: [capture], expectation,
                        entries.first { $0.name == expectation }))
            }
        }
        for entry in entries where entry.name.bytes.first != UInt8(ascii: ".") {
            let path = folder.appending(entry.name)
            let isPassedBy = entry.kind == .link && !Self.isCapture(entry.name)
            if isPassedBy, FileKind(following: path) == .folder { linkedFolders += 1 }
            guard entry.kind == .folder else { continue }
            if depth == Self.maximumDepth {
                foldersTooDeep += 1
            } else {
                try collect(path, "\(name)/\(entry.name)", depth + 1)
            }
        }
    }

    private static func isCapture(_ name: PathName) -> Bool {
        let text = name.description.lowercased()
        return endings.contains { ending in packed.contains { text.hasSuffix(ending + $0) } }
    }
}
