import Collections
import Testing

/// The probing that all hash tables share, against an array of the entries and their hashes.
@Suite struct HashIndexTests {
    /// How many different hashes keys have: one only, few, many, and such as differ above the lower half alone.
    @Test(arguments: [1, 3, 64, 1 << 20, 1 << 40] as [UInt64])
    func agreesWithAnArray(hashes: UInt64) {
        var random = Generator()
        var index = HashIndex()
        var live: [Int: UInt64] = [:]
        for step in 0..<3000 {
            let entry = Int(random.next() % 200)
            if let hash = live.removeValue(forKey: entry) {
                let isRemoved = index.remove(entry, hash: hash)
                #expect(isRemoved, "seed \(random.seed), step \(step)")
            } else {
                let hash = (random.next() % hashes) << (hashes > 1 << 32 ? 20 : 0)
                live[entry] = hash
                index.insert(entry, hash: hash)
            }
            #expect(index.count == live.count)
            guard step % 50 == 0 else { continue }
            for entry in 0..<200 {
                let hash = live[entry] ?? 0
                let found = index.find(hash) { $0 == entry }
                #expect(found == (live[entry] == nil ? nil : entry), "seed \(random.seed), step \(step)")
            }
        }
    }

    @Test func asksOnlyForEntriesWhoseHashesAgree() {
        var index = HashIndex(minimumCapacity: 1000)
        for entry in 0..<1000 { index.insert(entry, hash: UInt64(entry) << 16) }
        for entry in 0..<1000 {
            var asked = 0
            let found = index.find(UInt64(entry) << 16) {
                asked += 1
                return $0 == entry
            }
            #expect(found == entry && asked == 1)
        }
    }

    /// What is not there is found missing in a full table, too, and removing it changes nothing.
    @Test func whatIsNotThereIsNotFound() {
        var index = HashIndex()
        #expect(index.find(7) { _ in true } == nil)
        var removed = index.remove(0, hash: 7)
        #expect(!removed)
        for entry in 0..<64 { index.insert(entry, hash: 7) }
        #expect(index.find(7) { _ in false } == nil)
        removed = index.remove(64, hash: 7)
        #expect(!removed)
        #expect(index.count == 64)
        for entry in 0..<64 {
            removed = index.remove(entry, hash: 7)
            #expect(removed)
        }
        #expect(index.count == 0 && index.find(7) { _ in true } == nil)
    }

    @Test func firstCandidateIsWhatTheFirstSlotHolds() {
        var index = HashIndex()
        #expect(index.firstCandidate(5) == -1)
        index.insert(3, hash: 5)
        index.insert(4, hash: 5)
        index.prefetch(5)
        // Hashes are compared by their lower halves; the caller compares keys.
        #expect(index.firstCandidate(5) == 3 && index.firstCandidate(5 | 1 << 40) == 3)
        #expect(index.firstCandidate(5 | 1 << 20) == -1 && index.firstCandidate(6) == -1)
        index.removeAll()
        #expect(index.firstCandidate(5) == -1 && index.count == 0)
    }
}
