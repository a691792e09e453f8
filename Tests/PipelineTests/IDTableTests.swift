@testable import Exchanges
import Testing

/// A table of numbers holds what a dictionary would.
@Suite struct IDTableTests {
    @Test(arguments: [1, 2, 3] as [UInt64]) func holdsWhatADictionaryHolds(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        var table = IDTable<String>(vacant: "")
        var known: [UInt64: String] = [:]
        var newest: UInt64 = 0
        var differences = 0
        for step in 0..<20_000 {
            // Numbers count upwards and go in any order, as they do; in between the table grows and empties.
            let isGrowing = step / 2500 % 2 == 0
            if UInt8.random(in: 0..<8, using: &numbers) < (isGrowing ? 5 : 2) {
                newest += UInt64.random(in: 1..<4, using: &numbers)
                table.insert("\(step)", for: newest)
                known[newest] = "\(step)"
            } else if newest > 0 {
                let id = UInt64.random(in: newest > 300 ? newest - 300...newest + 1 : 1...newest + 1, using: &numbers)
                let (one, other) = (table.removeValue(for: id), known.removeValue(forKey: id))
                if one != other { differences += 1 }
            }
            let id = newest == 0 ? 0 : UInt64.random(in: 0...newest, using: &numbers)
            if table[id] != known[id] || table.contains(id) != (known[id] != nil) || table.count != known.count { differences += 1 }
        }
        let ids = table.ids
        #expect(differences == 0)
        #expect(ids == known.keys.sorted())
    }

    @Test func aNewValueTakesThePlaceOfTheOld() {
        var table = IDTable<Int>(vacant: 0)
        let first = table.insert(1, for: 5)
        let again = table.insert(2, for: 5)
        let (count, value) = (table.count, table[5])
        #expect(first == again && count == 1 && value == 2)
    }
}
