import Glibc

/// The system's clocks.
public enum Clock {
    /// Nanoseconds since 1970, as the system believes.
    public static var nanosecondsSince1970: Int64 { read(CLOCK_REALTIME) }

    /// Nanoseconds on a clock that never goes back; only differences mean something.
    public static var monotonicNanoseconds: Int64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        unsafe clock_gettime(clock, &now)
        return Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
    }
}
