import Collections
import Testing

/// A dictionary that makes room for new keys.
@Suite struct BoundedTableTests {
    /// Keys that all begin their search in one place.
    private struct Crowded: QuicklyHashed {
        var number: Int
        var hashWord: UInt64 { UInt64(number % 3) }
    }

    @Test func keepsWhatFitsInTheOrderOfItsComing() {
        var table = BoundedTable<UInt64, Int>(maximumCount: 1000)
        #expect(table.isEmpty)
        #expect(table[7] == nil)
        for key in (0..<1000).reversed() { table.set(UInt64(key), key) }
        #expect(table.entries.map(\.key) == (0..<1000).reversed().map(UInt64.init))
        for key in 0..<1000 { #expect(table[UInt64(key)] == key) }
        #expect(table[1000] == nil && !table.holds(1001) && table.forgottenCount == 0)
        table.set(999, -1)
        #expect(table[999] == -1)
    }

    @Test func tellsKeysApartThatHashAlike() {
        var table = BoundedTable<Crowded, Int>(maximumCount: 100)
        for number in 0..<50 { table.update(Crowded(number: number), initial: 0) { $0 += number } }
        for number in 0..<50 { table.update(Crowded(number: number), initial: 0) { $0 += 1 } }
        for number in 0..<50 { #expect(table[Crowded(number: number)] == number + 1) }
        #expect(table[Crowded(number: 50)] == nil)
    }

    @Test func addsOnce() {
        var table = BoundedTable<UInt64, Int>(maximumCount: 2)
        let first = table.addOnce(1, 10), again = table.addOnce(1, 20), second = table.addOnce(2, 30),
            third = table.addOnce(3, 40)
        #expect([first, again, second, third] == [true, false, true, true])
        // The first has been met again, so the second has gone.
        #expect(table.entries.map(\.value) == [10, 40] && table.forgottenCount == 1)
    }

    @Test func learnsForEver() {
        var table = BoundedTable<UInt64, Int>(maximumCount: 100)
        for key in 0..<100_000 as Range<UInt64> {
            table.set(key, Int(key))
            // One that is met again and again stays.
            table.set(7_000_000, 7)
            #expect(table.holds(key) && table.holds(7_000_000) && table.count <= 100)
        }
        #expect(Set(table.entries.map(\.key)) == Set(99_901..<100_000).union([7_000_000]))
        #expect(table.forgottenCount == 100_001 - 100)
    }

    /// Against a dictionary: what is there is what was written last, and what is not there has gone.
    @Test func agreesWithADictionary() {
        var random = Generator()
        let seed = random.seed
        var table = BoundedTable<Crowded, Int>(maximumCount: 40)
        var known: [Int: Int] = [:]
        for step in 0..<5000 {
            let number = Int(random.next() % 90)
            table.set(Crowded(number: number), step)
            known[number] = step
            let entries = table.entries
            #expect(entries.count == table.count && table.count <= 40, "seed \(seed), step \(step)")
            #expect(
                entries.allSatisfy { known[$0.key.number] == $0.value && table[$0.key] == $0.value },
                "seed \(seed), step \(step)")
        }
    }

    /// Against a dictionary that is never full: removed keys are gone, the others stay, in the order of their coming.
    @Test func removesKeys() {
        var random = Generator()
        let seed = random.seed
        var table = BoundedTable<Crowded, Int>(maximumCount: 90)
        var known: [Int: Int] = [:]
        var order: [Int] = []
        for step in 0..<5000 {
            let number = Int(random.next() % 90)
            if random.next() % 2 == 0 {
                #expect(table.removeValue(for: Crowded(number: number)) == known.removeValue(forKey: number))
                order.removeAll { $0 == number }
            } else {
                table.set(Crowded(number: number), step)
                if known.updateValue(step, forKey: number) == nil { order.append(number) }
            }
            #expect(table.entries.map(\.key.number) == order, "seed \(seed), step \(step)")
            #expect(table.entries.allSatisfy { known[$0.key.number] == $0.value }, "seed \(seed), step \(step)")
            #expect(table.forgottenCount == 0)
        }
    }

    /// Where keys are both removed and make room, the bound holds and what was written last is there.
    @Test func removesKeysOfAFullTable() {
        var random = Generator()
        let seed = random.seed
        var table = BoundedTable<Crowded, Int>(maximumCount: 20)
        var known: [Int: Int] = [:]
        for step in 0..<5000 {
            let number = Int(random.next() % 60)
            if random.next() % 3 == 0 {
                let removed = table.removeValue(for: Crowded(number: number))
                #expect(removed == nil || removed == known[number], "seed \(seed), step \(step)")
                known[number] = nil
            } else {
                table.set(Crowded(number: number), step)
                known[number] = step
                #expect(table[Crowded(number: number)] == step, "seed \(seed), step \(step)")
            }
            #expect(table.count <= 20 && table.entries.allSatisfy { known[$0.key.number] == $0.value }, "seed \(seed)")
        }
    }

    /// Against an array: the keys are those added last, in their order, however often the others were written.
    @Test func evictsTheOldest() {
        var random = Generator()
        var table = BoundedTable<UInt64, Int>(maximumCount: 50, evicting: .oldest)
        var model: [(key: UInt64, value: Int)] = []
        var added = 0
        for step in 0..<5000 {
            let key = random.next() % 120
            table.set(key, step)
            if let slot = model.firstIndex(where: { $0.key == key }) {
                model[slot].value = step
            } else {
                model.append((key, step))
                added += 1
                if model.count > 50 { model.removeFirst() }
            }
            #expect(table.entries.map(\.key) == model.map(\.key), "seed \(random.seed), step \(step)")
            #expect(table.entries.map(\.value) == model.map(\.value), "seed \(random.seed), step \(step)")
        }
        #expect(table.forgottenCount == UInt64(added - 50))
    }

    @Test func whatIsUsedStays() {
        var table = BoundedTable<UInt64, Int>(maximumCount: 3)
        for key in 1...5 as ClosedRange<UInt64> { table.set(key, Int(key)) }
        let used = (1...5 as ClosedRange<UInt64>).filter { table.use($0) != nil }
        #expect(used == [3, 4, 5])
        // All have been used: a round later the first of them goes.
        table.set(6, 6)
        #expect(table.entries.map(\.key) == [4, 5, 6])
    }

    @Test func returnsTheValueThatGoes() {
        var table = BoundedTable<UInt64, String>(maximumCount: 2)
        let displaced = [table.set(1, "a"), table.set(2, "b"), table.set(2, "c"), table.set(3, "d")]
        // The second has been written again, so the first makes room.
        #expect(displaced == [nil, nil, "b", "a"])
    }

    @Test func holdsOneKeyAtLeast() {
        var table = BoundedTable<UInt64, Int>(maximumCount: 0)
        table.prefetch(1)
        table.set(1, 1)
        table.set(2, 2)
        #expect(table[1] == nil && table[2] == 2 && table.count == 1)
    }
}
