import ByteParsing
import Testing

@Suite struct StorageTests {
    /// Any order of appending and dropping gives what an array would hold.
    @Test func aBufferHoldsWhatAnArrayWould() {
        var seed: UInt64 = 0x5EED
        func random(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        var buffer = ByteBuffer(capacity: 0)
        var model: [UInt8] = []
        for step in 0..<5_000 {
            switch random(5) {
            case 0, 1:
                let fresh = (0..<random(90)).map { _ in UInt8(random(256)) }
                buffer.append(fresh.rawBytes)
                model += fresh
            case 2:
                let count = random(120)
                buffer.removeFirst(count)
                model.removeFirst(min(count, model.count))
            case 3:
                buffer.append(UInt8(step & 255))
                model.append(UInt8(step & 255))
            default:
                let count = random(200)
                buffer.keepFirst(count)
                if model.count > count { model.removeLast(model.count - count) }
            }
            let held = buffer.bytes.copyBytes()
            guard held == model else {
                Issue.record("differs at step \(step)")
                return
            }
        }
    }

    @Test func growthFollowsWhatIsHeldNotWhatWasDropped() {
        var buffer = ByteBuffer(capacity: 64)
        let piece = [UInt8](repeating: 7, count: 60)
        for _ in 0..<10_000 {
            buffer.append(piece.rawBytes)
            buffer.removeFirst(60)
        }
        let (isEmpty, capacity) = (buffer.isEmpty, buffer.capacity)
        #expect(isEmpty)
        #expect(capacity <= 128)
    }

    private struct Padded: BitwiseCopyable {
        var number: UInt64
        var octet: UInt8
    }

    private struct Neighbours: BitwiseCopyable {
        var padded: Padded
        var next: UInt8
    }

    /// A value that ends inside a word lets another begin there, which stays what it is.
    @Test func overwritingLeavesNeighboursAlone() {
        var one = Neighbours(padded: Padded(number: 1, octet: 2), next: 3)
        var other = Neighbours(padded: Padded(number: 4, octet: 5), next: 6)
        overwrite(&one.padded, with: &other.padded)
        #expect(one.padded.number == 4 && one.padded.octet == 5 && one.next == 3)
    }

    @Test func buffersExchangeTheirContents() {
        var first = ByteBuffer(capacity: 8)
        var second = ByteBuffer(capacity: 8)
        first.append(utf8: "one")
        second.append(utf8: "two!")
        first.swap(with: &second)
        let texts = (first.bytes.decodeUTF8(), second.bytes.decodeUTF8())
        #expect(texts == ("two!", "one"))
    }

    @Test func aRecordArrayGrowsToItsBoundAndChangesInPlace() {
        var array = RecordArray<Int>(maximumCount: 100, initialCapacity: 1)
        var places: [Int?] = []
        for number in 0...100 { places.append(array.append(number)) }
        #expect(places == (0..<100).map { $0 } + [nil])
        array[42] += 1_000
        let values = [array[41], array[42], array[99]]
        #expect(values == [41, 1_042, 99])
        array.removeAll()
        let count = array.count
        let place = array.append(5)
        #expect(count == 0 && place == 0)
    }

    @Test func aRecordArrayOfSoManyHoldsThemAll() {
        let array = RecordArray<UInt64>(count: 100, of: 7)
        var sum: UInt64 = 0
        for place in 0..<array.count { sum += array[place] }
        #expect(sum == 700)
    }

    /// Wherever it points, it neither ends the program nor changes anything.
    @Test func prefetchingChangesNothing() {
        var array = RecordArray<Int>(maximumCount: 4)
        for place in [-1, 0, 1, .max, .min] { array.prefetch(place) }
        _ = array.append(1)
        for place in [-1, 0, 1, .max, .min] { array.prefetch(place) }
        let value = array[0]
        let empty: [Int] = [], list = Array(0..<1_000)
        empty.prefetch()
        list.prefetch()
        var shared = CopyOnWriteBox([1, 2])
        shared.prefetch()
        #expect(value == 1 && list == Array(0..<1_000) && shared.value == [1, 2])
    }

    @Test func aRecordArrayTrapsOutsideItsRecords() async {
        await #expect(processExitsWith: .failure) {
            var array = RecordArray<Int>(maximumCount: 4)
            _ = array.append(1)
            print(array[1])
        }
    }

    @Test func aRefCellIsChangedInPlace() {
        let cell = RefCell<[Int]>([])
        func append(_ list: inout [Int], _ value: Int) { list.append(value) }
        for value in 0..<3 { append(&cell.value, value) }
        cell.value[1] = 7
        #expect(cell.value == [0, 7, 2])
        // An error on the way out ends the access like anything else.
        struct Stop: Error {}
        func fail(_ list: inout [Int]) throws { throw Stop() }
        #expect(throws: Stop.self) { try fail(&cell.value) }
        #expect(cell.value.count == 3)
    }

    @Test func overlappingAccessesOfACellTrap() async {
        await #expect(processExitsWith: .failure) {
            let cell = RefCell<[Int]>([1])
            func change(_ list: inout [Int]) { list.append(cell.value.count) }
            change(&cell.value)
        }
        await #expect(processExitsWith: .failure) {
            let cell = RefCell(ByteBuffer(capacity: 16))
            func look(_ buffer: borrowing ByteBuffer) { cell.value.append(UInt8(buffer.count)) }
            look(cell.value)
        }
        // Two may read at a time.
        let cell = RefCell<[Int]>([1])
        func look(_ list: borrowing [Int]) -> Int { list.count + cell.value.count }
        #expect(look(cell.value) == 2)
    }
}
