import ByteParsing
import Glibc

/// An open file, pipe or terminal; closed when it goes away, standard streams excepted.
public struct FileDescriptor: ~Copyable, Sendable {
    /// What a descriptor refers to.
    public enum Kind: Sendable, Hashable {
        /// A regular file: it has a size and can be read again.
        case file
        /// A directory: nothing to read.
        case directory
        /// A pipe, socket, terminal or device.
        case stream
    }

    /// The system's number for it.
    public let number: Int32
    private let isOwned: Bool

    init(number: Int32, isOwned: Bool) {
        self.number = number
        self.isOwned = isOwned
    }

    deinit { if isOwned { _ = Glibc.close(number) } }

    /// Standard input.
    public static var standardInput: FileDescriptor { FileDescriptor(number: 0, isOwned: false) }
    /// Standard output.
    public static var standardOutput: FileDescriptor { FileDescriptor(number: 1, isOwned: false) }
    /// Standard error.
    public static var standardError: FileDescriptor { FileDescriptor(number: 2, isOwned: false) }

    /// Opens a file for reading.
    public static func open(reading path: PathName) throws(SystemError) -> FileDescriptor {
        try open(path, flags: O_RDONLY | O_CLOEXEC)
    }

    /// Opens a file for reading, unless its name is a link; a FIFO without a writer is not waited for.
    public static func open(readingUnlinked path: PathName) throws(SystemError) -> FileDescriptor {
        try open(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    }

    /// Opens a name as the flags say; a relative one within `folder`.
    static func open(_ path: PathName, in folder: Int32 = AT_FDCWD, flags: Int32, mode: mode_t = 0) throws(SystemError)
        -> FileDescriptor
    {
        while true {
            let number = unsafe openat(folder, path.terminated, flags, mode)
            if number >= 0 { return FileDescriptor(number: number, isOwned: true) }
            if errno != EINTR { throw .last }
        }
    }

    /// Makes both ends of a pipe.
    public static func pipe() throws(SystemError) -> Pipe {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw .last }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return Pipe(
            reading: FileDescriptor(number: ends[0], isOwned: true),
            writing: FileDescriptor(number: ends[1], isOwned: true))
    }

    /// The two ends of a pipe.
    public struct Pipe: ~Copyable, Sendable {
        /// The end that is read.
        public var reading: FileDescriptor
        /// The end that is written.
        public var writing: FileDescriptor

        /// Gives up the pipe for its reading end, closing the other one.
        public consuming func takeReading() -> FileDescriptor { reading }

        /// Gives up the pipe for its writing end, closing the other one.
        public consuming func takeWriting() -> FileDescriptor { writing }
    }

    /// Appends what one read yields, at most `limit` octets, to `buffer`; 0 is the end of the input.
    public borrowing func read(into buffer: inout ByteBuffer, limit: Int) throws(SystemError) -> Int {
        while true {
            // The failing call's errno is read before anything else can change it.
            var failure: SystemError?
            let number = self.number
            let count = unsafe buffer.withUnusedRoom(limit) { room in
                let got = unsafe Glibc.read(number, room.baseAddress, room.count)
                if got < 0 { failure = .last }
                return got
            }
            guard let failure else { return count }
            if failure.code != EINTR { throw failure }
        }
    }

    /// Writes everything in `bytes`.
    public borrowing func writeAll(_ bytes: borrowing RawSpan) throws(SystemError) {
        var done = 0
        let total = bytes.byteCount
        while done < total {
            let wrote = unsafe bytes.withUnsafeBytes { raw -> Int in
                guard let base = raw.baseAddress else { return total }
                return unsafe Glibc.write(number, base + done, total - done)
            }
            if wrote > 0 { done += wrote; continue }
            if wrote < 0, errno == EINTR { continue }
            throw wrote < 0 ? .last : SystemError(code: EIO)
        }
    }

    /// Writes a text as UTF-8.
    public borrowing func writeAll(_ text: String) throws(SystemError) {
        var buffer = ByteBuffer(capacity: text.utf8.count)
        buffer.append(utf8: text)
        try writeAll(buffer.bytes)
    }

    /// What the descriptor refers to.
    public borrowing func kind() throws(SystemError) -> Kind {
        switch try status().st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        default: .stream
        }
    }

    /// The size of a regular file in octets; nil for anything else.
    public borrowing func size() throws(SystemError) -> UInt64? {
        let status = try status()
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(max(0, status.st_size))
    }

    private borrowing func status() throws(SystemError) -> stat {
        var result = stat()
        guard unsafe fstat(number, &result) == 0 else { throw .last }
        return result
    }

    /// Whether this is a terminal.
    public var isTerminal: Bool { isatty(number) == 1 }

    /// The width of the terminal in columns, where there is one.
    public var terminalColumns: Int? {
        var size = winsize()
        guard unsafe ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
