import Glibc

/// What stands in a directory.
public enum DirectoryListing {
    /// One entry.
    public struct Entry: Hashable, Sendable {
        /// The name within the directory.
        public var name: PathName
        /// Whether it is a directory, symbolic links followed.
        public var isDirectory: Bool
    }

    /// The entries of a directory, `.` and `..` left out, ordered by their octets.
    public static func entries(of path: PathName) throws(SystemError) -> [Entry] {
        guard let directory = unsafe opendir(path.terminated) else { throw .last }
        defer { unsafe closedir(directory) }
        var names: [PathName] = []
        while let entry = unsafe readdir(directory) {
            let octets = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            if octets == [UInt8(ascii: ".")] || octets == Array("..".utf8) { continue }
            names.append(PathName(bytes: octets))
        }
        return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map { name in
            Entry(name: name, isDirectory: isDirectory(path.appending(name)))
        }
    }

    /// Whether a name leads to a directory.
    public static func isDirectory(_ path: PathName) -> Bool {
        var status = stat()
        guard unsafe stat(path.terminated, &status) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFDIR
    }
}

extension PathName {
    /// The path of an entry of this directory.
    public func appending(_ name: PathName) -> PathName {
        let isClosed = bytes.last == UInt8(ascii: "/")
        return PathName(bytes: bytes + (isClosed ? [] : [UInt8(ascii: "/")]) + name.bytes)
    }
}
