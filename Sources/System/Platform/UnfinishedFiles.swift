import Glibc
import Synchronization

/// The name of a file that is not complete yet: `.kcdtrace-0123456789abcdef.tmp`.
struct DraftName: Sendable {
    /// Drawn by lot.
    let number: UInt64

    private static let length = 30

    /// The name as a path within its folder.
    var path: PathName { unsafe withTerminated { text in PathName(bytes: unsafe text.map { UInt8(bitPattern: $0) }) } }

    /// The name with a closing zero. Allocates nothing, so that a signal's handler can ask for it.
    func withTerminated<Result>(_ body: (UnsafeMutableBufferPointer<CChar>) -> Result) -> Result {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.length + 1) { room in
            var index = 0
            func append(_ text: StaticString) {
                for offset in 0..<text.utf8CodeUnitCount {
                    unsafe room[index] = CChar(bitPattern: text.utf8Start[offset])
                    index += 1
                }
            }
            append(".kcdtrace-")
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15
                unsafe room[index] = CChar(digit < 10 ? 0x30 + digit : 0x57 + digit)
                index += 1
            }
            append(".tmp")
            unsafe room[index] = 0
            return unsafe body(room)
        }
    }
}

/// Files that are to be removed when a signal ends the process. SIGKILL cannot be helped: then one of them stays
/// behind.
enum UnfinishedFiles {
    /// One file: its folder's descriptor, or why there is none, and the number in its name.
    private struct Slot: ~Copyable {
        let folder = Atomic<Int>(Slot.free)
        let number = Atomic<UInt64>(0)

        static let free = -1
        static let taken = -2
    }

    private static let slots = InlineArray<8, Slot> { _ in Slot() }

    /// Takes note of a file before it is made; nil where there are too many, and then it would stay behind.
    static func remember(_ name: DraftName, in folder: Int32) -> Int? {
        _ = isWatching
        for index in slots.indices {
            let (isMine, _) = slots[index].folder.compareExchange(
                expected: Slot.free, desired: Slot.taken, ordering: .relaxed)
            guard isMine else { continue }
            slots[index].number.store(name.number, ordering: .relaxed)
            slots[index].folder.store(Int(folder), ordering: .releasing)
            return index
        }
        return nil
    }

    /// The file is complete, or has been removed.
    static func forget(_ index: Int?) {
        if let index { slots[index].folder.store(Slot.free, ordering: .releasing) }
    }

    /// Removes every file noted and lets the signal do what it does by itself. For handlers: nothing is allocated or
    /// locked. Whatever else happens at the same moment, only a name made by `DraftName` is ever removed.
    static func removeAll(endingBy signal: Int32) {
        for index in slots.indices {
            let folder = slots[index].folder.load(ordering: .acquiring)
            guard folder >= 0 else { continue }
            let name = DraftName(number: slots[index].number.load(ordering: .relaxed))
            unsafe name.withTerminated { text in
                if let text = text.baseAddress { _ = unsafe unlinkat(Int32(truncatingIfNeeded: folder), text, 0) }
            }
        }
        _ = Glibc.signal(signal, SIG_DFL)
        _ = raise(signal)
    }

    /// Signals that end a process unless it does something about them. Who ignores one, as nohup does, goes on ignoring
    /// it.
    private static let isWatching: Bool = {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var old = sigaction()
            guard unsafe sigaction(number, nil, &old) == 0 else { continue }
            guard unsafe old.__sigaction_handler.sa_handler == nil else { continue }
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { UnfinishedFiles.removeAll(endingBy: $0) }
            unsafe sigaction(number, &action, nil)
        }
        return true
    }()
}
