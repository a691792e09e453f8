import Collections
import Testing

/// Values by handle, against a dictionary by handle.
@Suite struct SlotMapTests {
    @Test func agreesWithADictionary() {
        var random = Generator()
        var map = SlotMap<Int>()
        var model: [SlotHandle: Int] = [:]
        var gone: [SlotHandle] = []
        for step in 0..<4000 {
            if random.next() % 1000 < (step / 500 % 2 == 0 ? 700 : 300) {
                let handle = map.insert(step)
                #expect(model[handle] == nil && !gone.contains(handle), "seed \(random.seed), step \(step)")
                model[handle] = step
            } else if let handle = model.keys.randomElement(using: &random) {
                let expected = model.removeValue(forKey: handle)
                let removed = map.remove(handle) { $0 }
                let again = map.remove(handle) { $0 }
                #expect(removed == expected && again == nil, "seed \(random.seed), step \(step)")
                gone.append(handle)
            }
            let count = map.count
            #expect(count == model.count)
        }
        for (handle, value) in model {
            let (isThere, found) = (map.contains(handle), map[handle])
            #expect(isThere && found == value, "seed \(random.seed)")
        }
        for handle in gone {
            let isThere = map.contains(handle)
            #expect(!isThere, "seed \(random.seed)")
        }
    }

    @Test func valuesAreChangedInTheirSlots() {
        var map = SlotMap<[Int]>()
        let handles = (0..<100).map { map.insert([$0]) }
        for handle in handles { map[handle].append(7) }
        let values = handles.map { map[$0] }
        #expect(values == (0..<100).map { [$0, 7] })
        let isThere = map.contains(.none)
        #expect(!isThere)
    }

    @Test func aHandleWhoseValueHasGoneTraps() async {
        await #expect(processExitsWith: .failure) {
            var map = SlotMap<Int>()
            let handle = map.insert(1)
            _ = map.remove(handle) { $0 }
            _ = map.insert(2)
            print(map[handle])
        }
        await #expect(processExitsWith: .failure) {
            let map = SlotMap<Int>()
            print(map[.none])
        }
    }
}
