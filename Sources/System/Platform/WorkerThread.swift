import Glibc

/// A second thread that runs one piece of work to its end.
public enum WorkerThread {
    @safe private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    // What moves to another thread together with the work that alone uses it from then on.
    private struct Moved<Value>: @unchecked Sendable { let value: Value }

    /// Starts a thread that owns `value` from here on and hands it to `body`; gives the value back
    /// where the system has no thread left, and then `body` has not run. The caller must not use the
    /// value once the thread runs: the compiler cannot see through objects that refer to others.
    public static func start<Value>(owning value: Value, _ body: @escaping @Sendable (Value) -> Void) -> Value? {
        let moved = Moved(value: value)
        let work = Work { body(moved.value) }
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let context = unsafe Unmanaged.passRetained(work)
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, &attributes,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                }
                return nil
            }, context.toOpaque())
        if status == 0 { return nil }
        unsafe context.release()
        return moved.value
    }
}
