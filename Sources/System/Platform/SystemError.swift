import Glibc

/// A system call that failed: its errno and the words that the C library has for it.
public struct SystemError: Error, Hashable, Sendable {
    /// The errno value.
    public var code: Int32

    /// Makes an error from an errno value.
    public init(code: Int32) { self.code = code }

    /// The C library's text, such as "No such file or directory".
    public var message: String {
        // 256 octets hold every message of the C library; strerror_r is safe across threads.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { room in
            guard let base = room.baseAddress, unsafe strerror_r(code, base, 256) == 0 else {
                return "error \(code)"
            }
            return unsafe String(cString: base)
        }
    }

    /// Whether the other side of a pipe or socket has gone: a quiet end, not a failure.
    public var isClosedPipe: Bool { code == EPIPE }

    /// Whether there is no file of that name.
    public var isMissingFile: Bool { code == ENOENT }

    static var last: SystemError { SystemError(code: errno) }
}
