import Glibc

/// What the decompression windows of all streams that are open at one time may take together.
///
/// One stream may ask for 128 MiB with a few bytes of input, so a bound for each is none for many.
@safe public final class WindowAllowance: @unchecked Sendable {
    /// Bytes that all windows together may take by default: two of the largest that are accepted.
    public static let usualBytes = 256 << 20

    /// Bytes that all windows together may take.
    public let bytes: Int
    private var taken = 0
    // Decoders may run on several threads.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// An allowance of which nothing is taken.
    public init(bytes: Int = WindowAllowance.usualBytes) {
        self.bytes = bytes
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// A share for one stream, empty so far.
    public func share() -> WindowShare { WindowShare(self) }

    /// Takes `more` bytes, or gives some back where that is negative; false where there are not so many left.
    fileprivate func take(_ more: Int) -> Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        guard taken + more <= bytes else { return false }
        taken += more
        return true
    }
}

/// The part of an allowance that one stream has taken; given back when nobody holds it any more.
public final class WindowShare {
    /// What the share is a part of.
    public let allowance: WindowAllowance
    /// Bytes taken.
    public private(set) var bytes = 0

    fileprivate init(_ allowance: WindowAllowance) { self.allowance = allowance }

    deinit { _ = allowance.take(-bytes) }

    /// Makes the share at least so large; false, and nothing changes, where the allowance does not suffice.
    func grow(to wanted: Int) -> Bool {
        guard wanted > bytes else { return true }
        guard allowance.take(wanted - bytes) else { return false }
        bytes = wanted
        return true
    }
}
