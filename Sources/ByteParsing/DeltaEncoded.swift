import Glibc

/// A large plain value of which most is as in a blank one: what differs, word by word, and which words those are.
/// For what must wait in great numbers.
@safe public struct DeltaEncoded<Value: BitwiseCopyable & Sendable>: Sendable {
    private let words: [UInt64]

    /// Packs what makes a value differ from a blank one.
    public init(_ value: borrowing Value, blank: borrowing Value) {
        words = Self.words(copy value, copy blank)
    }

    private static func words(_ value: Value, _ blank: Value) -> [UInt64] {
        unsafe withUnsafeBytes(of: value) { value in
            unsafe withUnsafeBytes(of: blank) { unsafe WordPacking.difference(value, $0) }
        }
    }

    /// The value, given the same blank one.
    public func value(blank: Value) -> Value {
        var value = blank
        unsafe withUnsafeMutableBytes(of: &value) { unsafe WordPacking.put(words, into: $0) }
        return value
    }
}

/// The words in which octets differ from others, behind a map with a bit for each word.
private enum WordPacking {
    /// `value` and `blank` are of one length.
    static func difference(_ value: UnsafeRawBufferPointer, _ blank: UnsafeRawBufferPointer) -> [UInt64] {
        let count = (min(value.count, blank.count) + 7) / 8
        let maps = (count + 63) / 64
        return unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: maps + count) { words in
            for map in 0..<maps { unsafe words[map] = 0 }
            var place = maps
            // Eight words at a time: most are equal.
            var start = 0
            while start < count {
                let end = min(start + 8, count)
                if unsafe !isEqual(value, blank, start, end) {
                    for index in start..<end {
                        let word = unsafe word(value, index)
                        if unsafe word == self.word(blank, index) { continue }
                        unsafe words[index >> 6] |= 1 << UInt64(index & 63)
                        unsafe words[place] = word
                        place += 1
                    }
                }
                start = end
            }
            return unsafe Array(words[..<place])
        }
    }

    /// Writes the words into octets that are as the blank ones were.
    static func put(_ words: [UInt64], into bytes: UnsafeMutableRawBufferPointer) {
        let maps = ((bytes.count + 7) / 8 + 63) / 64
        var place = maps
        for map in 0..<maps {
            var bits = words[map]
            while bits != 0 {
                let offset = (map * 64 + bits.trailingZeroBitCount) * 8
                bits &= bits &- 1
                let word = words[place]
                place += 1
                if offset + 8 <= bytes.count {
                    unsafe bytes.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
                } else {
                    for byte in offset..<bytes.count {
                        unsafe bytes[byte] = UInt8(truncatingIfNeeded: word >> UInt64((byte - offset) * 8))
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func isEqual(
        _ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, _ start: Int, _ end: Int
    ) -> Bool {
        guard end * 8 <= one.count, end * 8 <= other.count, let left = one.baseAddress, let right = other.baseAddress
        else { return false }
        return unsafe memcmp(left + start * 8, right + start * 8, (end - start) * 8) == 0
    }

    /// The octets of a word, the last one filled up with zeros.
    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
        let offset = index * 8
        if offset + 8 <= bytes.count { return unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        var word: UInt64 = 0
        for byte in offset..<bytes.count { word |= unsafe UInt64(bytes[byte]) << UInt64((byte - offset) * 8) }
        return word
    }
}
