import TestSupport
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
            if table[id] != known[id] || table.contains(id) != (known[id] != nil) || table.count != known.count {
                differences += 1
            }
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

    /// Numbers that all want one slot, and such as hashes give, in any order.
    @Test(arguments: [16, 32, 56] as [UInt64]) func whatIsDisplacedIsFound(shift: UInt64) {
        var table = IDTable<Int>(vacant: 0)
        let numbers = (1...64).map { (place: UInt64) -> UInt64 in (place * 7 % 65) << shift | place & 1 }
        for (value, number) in numbers.enumerated() { table.insert(value, for: number) }
        let found = numbers.map { table[$0] }
        #expect(found == (0..<64).map { $0 })
        let gone = numbers.prefix(32).map { table.removeValue(for: $0) }
        #expect(gone == (0..<32).map { $0 })
        let left = numbers.map { table.contains($0) }
        #expect(left == (0..<64).map { $0 >= 32 })
        // Places that were freed are used again, and nothing of what was there is seen.
        let place = table.begin(5)
        let (vacant, count) = (table[place: place], table.count)
        #expect(vacant == 0 && count == 33)
    }
}

/// Hashed places are what a dictionary would hold.
@Suite struct HashedPlacesTests {
    @Test(arguments: [1, 2, 3] as [UInt64]) func holdWhatADictionaryHolds(seed: UInt64) {
        var random = SeededNumbers(seed)
        var places = HashedPlaces()
        var known: [UInt64: Int] = [:]
        var differences = 0
        for step in 0..<20_000 {
            // Numbers side by side, and far from each other.
            let number = UInt64.random(in: 0..<400, using: &random) << (step & 1 == 0 ? 0 : 40)
            switch UInt8.random(in: 0..<4, using: &random) {
            case 0, 1:
                places.set(number, step)
                known[number] = step
            case 2:
                let (one, other) = (places.remove(number), known.removeValue(forKey: number))
                if one != other { differences += 1 }
            default:
                places.remove(number, ifAt: step / 2 * 2 - 40)
                if known[number] == step / 2 * 2 - 40 { known[number] = nil }
            }
            if places[number] != known[number] || places.count != known.count { differences += 1 }
        }
        var numbers: [UInt64] = []
        places.appendAll(to: &numbers)
        #expect(differences == 0)
        #expect(numbers.sorted() == known.keys.sorted())
    }
}
