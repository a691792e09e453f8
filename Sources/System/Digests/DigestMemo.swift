import Collections
import ByteParsing

/// Remembers the digests of octets met lately, by the octets themselves: a ticket travels in several
/// messages within a moment, and comparing it costs a twentieth of digesting it again.
///
/// Bounded: two generations of octets, the older one dropped whole when the newer one is full. What
/// it answers is always the digest; only how fast depends on what came before.
public struct DigestMemo: ~Copyable {
    /// Where the octets of a digest lie.
    private struct Entry {
        var generation: UInt32 = 0
        var length: Int32 = 0
        var offset: Int32 = 0
        var digest = Digest128(high: 0, low: 0)
    }

    private let generationBytes: Int
    private var entries: [Entry]
    private var newer: ByteBuffer
    private var older: ByteBuffer
    private var generation: UInt32 = 1
    /// Digests computed, and those that were remembered.
    public private(set) var computedCount: UInt64 = 0
    public private(set) var rememberedCount: UInt64 = 0

    /// Shorter octets are digested as fast as compared; longer ones would push out too many others.
    private static let lengths = 64...16_384

    /// An empty memo of two generations of so many octets.
    public init(generationBytes: Int = 512 << 10, entryCount: Int = 2048) {
        self.generationBytes = generationBytes
        var slots = 1
        while slots < entryCount { slots *= 2 }
        entries = Array(repeating: Entry(), count: slots)
        newer = ByteBuffer(capacity: 0)
        older = ByteBuffer(capacity: 0)
    }

    /// The first 128 bits of SHA-256 over `bytes`.
    public mutating func sha256First128(_ bytes: borrowing RawSpan) -> Digest128 {
        let count = bytes.byteCount
        guard Self.lengths.contains(count), count <= generationBytes else {
            computedCount += 1
            return Digests.sha256First128(bytes)
        }
        // Ciphers are as good as random: any of their octets spread them. Who chooses octets so that
        // they meet in one place makes only his own tickets slower.
        let place =
            Int(truncatingIfNeeded: (bytes.be64(0) ^ bytes.be64(count - 8)) &* QuickHash.goldenRatio >> 32)
            & (entries.count - 1)
        let known = entries[place]
        if Int(known.length) == count, known.generation != 0 {
            let start = Int(known.offset)
            let isSame =
                known.generation == generation
                ? newer.bytes.slice(start, start + count).equals(bytes)
                : known.generation == generation - 1 && older.bytes.slice(start, start + count).equals(bytes)
            if isSame {
                rememberedCount += 1
                return known.digest
            }
        }
        computedCount += 1
        let digest = Digests.sha256First128(bytes)
        if newer.count + count > generationBytes {
            newer.swap(with: &older)
            newer.removeAll()
            generation = generation == .max ? 1 : generation + 1
            // After the numbers have begun anew, no entry may seem to be of this generation.
            if generation == 1 { entries = Array(repeating: Entry(), count: entries.count) }
        }
        entries[place] = Entry(generation: generation, length: Int32(count), offset: Int32(newer.count), digest: digest)
        newer.append(bytes)
        return digest
    }
}
