import Collections
import Testing

/// Values by number, against a dictionary.
@Suite struct IDTableTests {
    /// Numbers that count up as those of exchanges do, that leave large steps between them, and at the end of all.
    @Test(arguments: [1, 1 << 16, 1 << 61] as [UInt64])
    func agreesWithADictionary(step: UInt64) {
        var random = Generator()
        var table = IDTable(vacant: "")
        var model: [UInt64: String] = [:]
        var slots: [UInt64: Int] = [:]
        for turn in 0..<4000 {
            let id = (random.next() % 150) &* step &- 3
            switch random.next() % 4 {
            case 0:
                slots[id] = table.set(id, "\(turn)")
                model[id] = "\(turn)"
            case 1:
                let removed = table.removeValue(for: id)
                #expect(removed == model.removeValue(forKey: id), "seed \(random.seed), turn \(turn)")
                slots[id] = nil
            default:
                let (slot, value) = (table.slot(of: id), table[id])
                #expect(slot == slots[id] && value == model[id], "seed \(random.seed), turn \(turn)")
                if let slot {
                    table[slot: slot] += "."
                    model[id]? += "."
                }
            }
            let (count, isThere) = (table.count, table.contains(id))
            #expect(count == model.count && isThere == (model[id] != nil), "seed \(random.seed), turn \(turn)")
            guard turn % 100 == 0 else { continue }
            let ids = table.ids
            #expect(ids == model.keys.sorted(), "seed \(random.seed), turn \(turn)")
        }
    }

    /// A slot is used again, and is vacant then.
    @Test func aSlotIsUsedAgain() {
        var table = IDTable<[Int]>(vacant: [])
        let first = table.set(1, [1])
        _ = table.removeValue(for: 1)
        let second = table.insertVacant(2)
        let value = table[slot: second]
        #expect(first == second && value.isEmpty)
        table.removeVacated(2)
        let again = table.removeVacated(2)
        #expect(again == nil)
    }
}
