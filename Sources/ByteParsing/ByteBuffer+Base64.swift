/// What each character of base64 (RFC 4648, 4) stands for, by its place in a group of four: its bits
/// where they lie among three octets, or a bit beside them for what is no such character.
private let base64Groups: [UInt32] = {
    var table = [UInt32](repeating: base64Foreign, count: 4 * 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, character) in alphabet.utf8.enumerated() {
        for place in 0..<4 {
            let bits = UInt32(value) << UInt32(18 - 6 * place)
            // The first octet is the lowest.
            table[place * 256 + Int(character)] = bits.byteSwapped >> 8
        }
    }
    return table
}()

private let base64Foreign: UInt32 = 1 << 31

extension ByteBuffer {
    /// Appends what groups of four characters of base64 stand for, from `start` on and as far as all are of its
    /// alphabet. Returns the offset of the first character that was not read.
    public mutating func append(base64Groups text: RawSpan, from start: Int) -> Int {
        let count = text.byteCount
        guard start >= 0, count - start >= 4 else { return start }
        // The last group's word has an octet more than it stands for.
        reserve((count - start) / 4 * 3 + 1)
        let target = unsafe base + end
        let offset = unsafe text.withUnsafeBytes { raw in
            unsafe base64Groups.withUnsafeBufferPointer { table in
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
        _ source: UnsafeRawPointer, from start: Int, to count: Int, _ table: UnsafePointer<UInt32>,
        into target: UnsafeMutableRawPointer
    ) -> Int {
        @inline(__always)
        func group(_ at: Int) -> UInt32 {
            let place = unsafe (source + at).assumingMemoryBound(to: UInt8.self)
            return unsafe table[Int(place[0])] | table[256 + Int(place[1])] | table[512 + Int(place[2])]
                | table[768 + Int(place[3])]
        }
        var offset = start
        var target = unsafe target
        while count &- offset >= 16 {
            let first = group(offset), second = group(offset &+ 4)
            let third = group(offset &+ 8), fourth = group(offset &+ 12)
            if first | second | third | fourth >= base64Foreign { break }
            // Eight octets, then four: each word brings three.
            let eight = UInt64(first) | UInt64(second) << 24 | UInt64(third) << 48
            unsafe target.storeBytes(of: eight.littleEndian, as: UInt64.self)
            unsafe target.storeBytes(of: (third >> 16 | fourth << 8).littleEndian, toByteOffset: 8, as: UInt32.self)
            unsafe target += 12
            offset &+= 16
        }
        while count &- offset >= 4 {
            let word = group(offset)
            if word >= base64Foreign { break }
            unsafe target.storeBytes(of: word.littleEndian, as: UInt32.self)
            unsafe target += 3
            offset &+= 4
        }
        return offset
    }
}
