import Collections
import Testing

/// A queue in a ring, against an array.
@Suite struct RingBufferTests {
    @Test(arguments: [1, 2, 15, 16, 17, 100, .max])
    func agreesWithAnArray(maximumCount: Int) {
        var random = Generator()
        var ring = RingBuffer<UInt64>(maximumCount: maximumCount)
        var model: [UInt64] = []
        for step in 0..<4000 {
            // Now it grows, now it shrinks.
            if random.next() % 1000 < (step / 500 % 2 == 0 ? 700 : 300) {
                let number = random.next()
                let removed = ring.append(number)
                model.append(number)
                let expected = model.count > maximumCount ? model.removeFirst() : nil
                #expect(removed == expected, "seed \(random.seed), step \(step)")
            } else if step % 101 == 0 {
                ring.removeAll { $0 % 3 == 0 }
                model.removeAll { $0 % 3 == 0 }
            } else {
                let expected = model.isEmpty ? nil : model.removeFirst()
                let first = ring.popFirst()
                #expect(first == expected, "seed \(random.seed), step \(step)")
            }
            #expect(ring.count == model.count && ring.first == model.first && ring.isEmpty == model.isEmpty)
        }
        while let first = ring.popFirst() { #expect(first == model.removeFirst(), "seed \(random.seed)") }
        #expect(model.isEmpty)
    }

    @Test func holdsOneElementAtLeast() {
        var ring = RingBuffer<Int>(maximumCount: 0)
        let removed = [ring.append(1), ring.append(2)]
        #expect(removed == [nil, 1] && ring.first == 2)
    }
}
