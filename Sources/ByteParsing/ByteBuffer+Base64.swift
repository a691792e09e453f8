/// What each character of base64 (RFC 4648, 4) stands for, by its place in a group of eight: its bits
/// where they lie among six octets, or a bit beside them for what is no such character.
private let base64Places: [UInt64] = {
    var table = [UInt64](repeating: base64Foreign, count: 8 * 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, character) in alphabet.utf8.enumerated() {
        for place in 0..<8 {
            let bits = UInt64(value) << UInt64(42 - 6 * place)
            // The first octet is the lowest.
            table[place * 256 + Int(character)] = bits.byteSwapped >> 16
        }
    }
    return table
}()

private let base64Foreign: UInt64 = 1 << 63

extension ByteBuffer {
    /// Appends what groups of four characters of base64 stand for, from `start` on and as far as all are of its
    /// alphabet. Returns the offset of the first character that was not read.
    public mutating func append(base64Groups text: RawSpan, from start: Int) -> Int {
        let count = text.byteCount
        guard start >= 0, count - start >= 4 else { return start }
        // The last word has two octets more than it stands for.
        reserve((count - start) / 4 * 3 + 2)
        let target = unsafe base + end
        let offset = unsafe text.withUnsafeBytes { raw in
            unsafe base64Places.withUnsafeBufferPointer { table in
                guard let source = raw.baseAddress, let table = table.baseAddress else { return start }
                return unsafe Self.decode(source, from: start, to: count, table, into: target)
            }
        }
        end += (offset - start) / 4 * 3
        return offset
    }

    /// Reads whole groups of `source` between two offsets, as far as they are groups, and returns where it stopped.
    @unsafe
    private static func decode(
        _ source: UnsafeRawPointer, from start: Int, to count: Int, _ table: UnsafePointer<UInt64>,
        into target: UnsafeMutableRawPointer
    ) -> Int {
        @inline(__always)
        func group(_ at: Int) -> UInt64 {
            let place = unsafe (source + at).assumingMemoryBound(to: UInt8.self)
            return unsafe table[Int(place[0])] | table[256 + Int(place[1])] | table[512 + Int(place[2])]
                | table[768 + Int(place[3])]
        }
        @inline(__always)
        func twoGroups(_ at: Int) -> UInt64 {
            let place = unsafe (source + at + 4).assumingMemoryBound(to: UInt8.self)
            return unsafe group(at) | table[1024 + Int(place[0])] | table[1280 + Int(place[1])]
                | table[1536 + Int(place[2])] | table[1792 + Int(place[3])]
        }
        var offset = start
        var target = unsafe target
        while count &- offset >= 16 {
            let first = twoGroups(offset), second = twoGroups(offset &+ 8)
            if first | second >= base64Foreign { break }
            // Each word brings six octets.
            unsafe target.storeBytes(of: first.littleEndian, as: UInt64.self)
            unsafe target.storeBytes(of: second.littleEndian, toByteOffset: 6, as: UInt64.self)
            unsafe target += 12
            offset &+= 16
        }
        while count &- offset >= 4 {
            let word = group(offset)
            if word >= base64Foreign { break }
            unsafe target.storeBytes(of: UInt32(truncatingIfNeeded: word).littleEndian, as: UInt32.self)
            unsafe target += 3
            offset &+= 4
        }
        return offset
    }
}
