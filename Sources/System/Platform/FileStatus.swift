import Glibc

/// What the system says of a file: what it is, how long, and which one, whatever its name.
public struct FileStatus: Sendable, Hashable {
    /// What it is.
    public var kind: FileDescriptor.Kind
    /// Bytes of a regular file; 0 for anything else.
    public var size: UInt64
    private var device: UInt64
    private var number: UInt64

    /// The status of what a name leads to, without opening it: opening a pipe would wake who writes to it.
    public init(of path: PathName) throws(SystemError) {
        var found = stat()
        guard unsafe stat(path.terminated, &found) == 0 else { throw .last }
        self.init(found)
    }

    /// The status of what is open.
    public init(of descriptor: borrowing FileDescriptor) throws(SystemError) {
        var found = stat()
        guard unsafe fstat(descriptor.number, &found) == 0 else { throw .last }
        self.init(found)
    }

    private init(_ found: stat) {
        switch found.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .directory
        default: kind = .stream
        }
        size = kind == .file ? UInt64(max(0, found.st_size)) : 0
        device = UInt64(found.st_dev)
        number = UInt64(found.st_ino)
    }

    /// Whether both are one and the same file, however much may have been written to it since.
    public func isSameFile(as other: FileStatus) -> Bool { device == other.device && number == other.number }
}

extension FileDescriptor {
    /// Goes on reading at an offset from the start.
    public borrowing func seek(to offset: UInt64) throws(SystemError) {
        guard lseek(number, off_t(clamping: offset), SEEK_SET) >= 0 else { throw .last }
    }
}
