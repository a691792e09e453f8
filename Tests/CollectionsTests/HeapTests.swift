import Collections
import Testing

/// A heap, against a sorted array.
@Suite struct HeapTests {
    @Test func agreesWithASortedArray() {
        var random = Generator()
        var heap = Heap<UInt64>()
        var model: [UInt64] = []
        for step in 0..<4000 {
            let number = random.next() % 50
            switch random.next() % 5 {
            case 0, 1:
                heap.insert(number)
                model.append(number)
            case 2:
                let expected = model.isEmpty ? nil : model.removeFirst()
                let least = heap.replaceMin(with: number)
                #expect(least == expected, "seed \(random.seed), step \(step)")
                model.append(number)
            default:
                let expected = model.isEmpty ? nil : model.removeFirst()
                let least = heap.popMin()
                #expect(least == expected, "seed \(random.seed), step \(step)")
            }
            model.sort()
            #expect(heap.min == model.first, "seed \(random.seed), step \(step)")
            #expect(heap.second == model.dropFirst().first, "seed \(random.seed), step \(step)")
            #expect(heap.count == model.count && heap.isEmpty == model.isEmpty)
        }
    }

    @Test(arguments: 0..<20)
    func sorts(count: Int) {
        var random = Generator()
        let numbers = (0..<count).map { _ in random.next() % 8 }
        var heap = Heap<UInt64>()
        for number in numbers { heap.insert(number) }
        var sorted: [UInt64] = []
        while let least = heap.popMin() { sorted.append(least) }
        #expect(sorted == numbers.sorted(), "seed \(random.seed)")
    }
}
