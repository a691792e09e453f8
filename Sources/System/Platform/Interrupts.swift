import Glibc
import Synchronization

/// Signals that end the work in order.
public enum Interrupts {
    private static let requested = Atomic<Bool>(false)

    /// Whether the user has asked to stop.
    public static var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// From here on Ctrl-C and a polite kill ask to stop instead of killing; a second one kills.
    public static func watch() {
        // The flag is touched here, so that the handler finds it made.
        requested.store(false, ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { number in
                let wasRequested = Interrupts.requested.exchange(true, ordering: .relaxed)
                if wasRequested { UnfinishedFiles.removeAll(endingBy: number) }
            }
            unsafe sigaction(number, &action, nil)
        }
    }

    /// A closed pipe becomes an error of the write that meets it.
    public static func ignoreClosedPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
