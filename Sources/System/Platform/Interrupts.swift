import Glibc
import Synchronization

/// Signals that end the work in order.
public enum Interrupts {
    private static let requested = Atomic<Bool>(false)

    /// Whether the user has asked to stop.
    public static var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// From here on Ctrl-C and a polite kill ask to stop instead of killing; a second Ctrl-C kills.
    public static func watch() {
        // The flag is touched here, so that the handler finds it made.
        requested.store(false, ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            unsafe action.__sigaction_handler.sa_handler = { _ in
                Interrupts.requested.store(true, ordering: .relaxed)
            }
            unsafe sigaction(number, &action, nil)
        }
    }

    /// A closed pipe becomes an error of the write that meets it.
    public static func ignoreClosedPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
