import Collections
import Testing

/// A cache may forget at any time, and never answers anything but what was set last.
@Suite struct DirectMappedCacheTests {
    private struct Key: QuicklyHashed {
        var hashWord: UInt64
    }

    /// Against a dictionary, with caches of one slot up to more than there are keys.
    @Test(arguments: [0, 1, 5, 64, 1000])
    func agreesWithADictionary(slots: Int) {
        var random = Generator()
        var cache = DirectMappedCache<Key, Int>(slotCount: slots)
        var known: [UInt64: Int] = [:]
        for step in 0..<4000 {
            let word = random.next() % 300
            if let value = cache[Key(hashWord: word)] {
                #expect(value == known[word], "seed \(random.seed), step \(step)")
            }
            if step % 3 == 0 {
                cache.set(Key(hashWord: word), step)
                known[word] = step
                #expect(cache[Key(hashWord: word)] == step, "seed \(random.seed), step \(step)")
            } else if step % 1000 == 1 {
                cache.removeAll()
                known = [:]
            }
        }
    }

    @Test func aKeyReplacesAnotherInItsSlot() {
        var cache = DirectMappedCache<String, Int>(slotCount: 8)
        cache.set("one", hash: 3, 1)
        #expect(cache["one", hash: 3] == 1 && cache["two", hash: 3] == nil && cache["one", hash: 4] == nil)
        cache.set("two", hash: 11, 2)
        #expect(cache["one", hash: 3] == nil && cache["two", hash: 11] == 2)
    }

    @Test func aValueIsMadeOnce() {
        var cache = DirectMappedCache<Key, Int>(slotCount: 16)
        var made = 0
        for _ in 0..<3 {
            let value = cache.value(of: Key(hashWord: 9)) {
                made += 1
                return Int($0.hashWord) + 1
            }
            #expect(value == 10)
        }
        #expect(made == 1)
    }
}
