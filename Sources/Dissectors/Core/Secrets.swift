import PacketModel

/// The secrets of a run, wherever they come from: blocks of captures, and files that a user gives.
///
/// What one connection shows may open another one, so there is one store, which dissectors ask in the order of the
/// streams. It is never written out.
public final class Secrets {
    /// The most octets kept.
    public static let maximumBytes = 16 << 20

    /// All of them, in the order in which they came; none twice.
    public private(set) var all: [DecryptionSecrets] = []
    /// Blocks that found no room.
    public private(set) var dropped: UInt64 = 0
    private var known: Set<DecryptionSecrets> = []
    private var bytes = 0

    /// A store with nothing in it.
    public init() {}

    /// Takes some in.
    public func add(_ secrets: DecryptionSecrets) {
        if known.contains(secrets) { return }
        guard bytes + secrets.bytes.count <= Self.maximumBytes else {
            dropped += 1
            return
        }
        bytes += secrets.bytes.count
        known.insert(secrets)
        all.append(secrets)
    }
}
