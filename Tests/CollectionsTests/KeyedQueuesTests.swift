import Collections
import Testing

/// Queues by key, against a dictionary of arrays.
@Suite struct KeyedQueuesTests {
    @Test func agreesWithArrays() {
        var random = Generator()
        var queues = KeyedQueues<Int>()
        var model: [UInt64: [Int]] = [:]
        for step in 0..<4000 {
            let key = random.next() % 30
            switch random.next() % 5 {
            case 0, 1:
                let handle = queues.append(to: key, step)
                model[key, default: []].append(step)
                let value = queues[handle]
                #expect(value == step)
            case 2:
                let isWanted = random.next() % 2 == 0
                let taken = queues.removeFirst(of: key, where: { _ in isWanted }) { $0 }
                let expected = isWanted && model[key]?.isEmpty == false ? model[key]?.removeFirst() : nil
                #expect(taken == expected, "seed \(random.seed), step \(step)")
            default:
                let taken = queues.removeFirst(of: key) { $0 }
                let expected = model[key]?.isEmpty == false ? model[key]?.removeFirst() : nil
                #expect(taken == expected, "seed \(random.seed), step \(step)")
            }
            let (count, first, last) = (queues.count, queues.first(key), queues.last(key))
            let ends = [first.map { queues[$0] }, last.map { queues[$0] }]
            #expect(ends == [model[key]?.first, model[key]?.last], "seed \(random.seed), step \(step)")
            #expect(count == model.values.reduce(0) { $0 + $1.count }, "seed \(random.seed), step \(step)")
        }
    }

    @Test func aHandleFindsNothingOnceItsElementHasGone() {
        var queues = KeyedQueues<Int>()
        let handle = queues.append(to: 1, 10)
        _ = queues.removeFirst(of: 1) { $0 }
        _ = queues.append(to: 1, 20)
        let isThere = queues.contains(handle)
        #expect(!isThere)
    }
}
