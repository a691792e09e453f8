import Glibc

/// What stands in a folder.
public enum DirectoryListing {
    /// One entry.
    public struct Entry: Hashable, Sendable {
        /// The name within the folder.
        public var name: PathName
        /// What stands under the name, a link not followed.
        public var kind: FileKind
    }

    /// The entries of a folder, `.` and `..` left out, ordered by their bytes. Where `followsLink` is false, a link to
    /// a folder is an error.
    public static func entries(of path: PathName, followsLink: Bool) throws(SystemError) -> [Entry] {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followsLink ? 0 : O_NOFOLLOW)
        let number = unsafe Glibc.open(path.terminated, flags)
        if number < 0 { throw .last }
        guard let directory = unsafe fdopendir(number) else {
            let error = SystemError.last
            close(number)
            throw error
        }
        defer { unsafe closedir(directory) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(directory) else { break }
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            let name = PathName(bytes: bytes)
            if name == "." || name == ".." { continue }
            var status = stat()
            // Gone since it was listed: then it is no entry any more.
            guard unsafe fstatat(number, name.terminated, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            entries.append(Entry(name: name, kind: FileKind(mode: status.st_mode)))
        }
        if errno != 0 { throw .last }
        return entries.sorted { $0.name.bytes.lexicographicallyPrecedes($1.name.bytes) }
    }
}

extension PathName {
    /// The path of an entry of this folder.
    public func appending(_ name: PathName) -> PathName {
        let isClosed = bytes.last == UInt8(ascii: "/")
        return PathName(bytes: bytes + (isClosed ? [] : [UInt8(ascii: "/")]) + name.bytes)
    }
}
