import TestSupport
import Exchanges
import Testing

/// A short list is a list like any other, wherever its elements stand.
@Suite struct ShortListTests {
    @Test(arguments: 0...6) func removesWhatAnArrayRemoves(count: Int) {
        for place in 0..<count {
            var array = Array(0..<count)
            var list = ShortList(array)
            array.remove(at: place)
            list.remove(at: place)
            #expect(Array(list) == array)
            #expect(list.last == array.last)
            list.append(9)
            #expect(Array(list) == array + [9])
        }
    }
}
