import Collections
import ByteParsing

/// An IPv4 or IPv6 address in 16 octets; IPv4 stands as `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2).
public struct IPAddress: QuicklyHashed, Sendable, Comparable, BitwiseCopyable {
    /// The first eight octets, big-endian.
    public var high: UInt64
    /// The last eight octets, big-endian.
    public var low: UInt64

    /// Makes an address from its two halves.
    @inlinable @inline(__always)
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes an IPv4 address from its 32 bits.
    @inlinable @inline(__always)
    public init(v4 bits: UInt32) {
        high = 0
        low = 0xFFFF_0000_0000 | UInt64(bits)
    }

    @inlinable
    public var hashWord: UInt64 { high == 0 ? low : QuickHash.combine(high, low) }

    /// Whether this is an IPv4 address.
    @inlinable @inline(__always)
    public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The IPv4 bits; meaningful only where `isIPv4`.
    @inlinable @inline(__always)
    public var v4Bits: UInt32 { UInt32(truncatingIfNeeded: low) }

    /// The address in network byte order: 4 octets or 16.
    public var octets: [UInt8] {
        if isIPv4 { return (0..<4).map { UInt8(truncatingIfNeeded: v4Bits >> (24 - 8 * UInt32($0))) } }
        return (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> (56 - 8 * UInt64($0 % 8))) }
    }

    @inlinable
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical text of RFC 5952.
    public var description: String {
        if isIPv4 {
            let bits = v4Bits
            return "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> (48 - 16 * UInt64($0 % 4))) }
        var bestStart = 0
        var bestLength = 0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > bestLength { (bestStart, bestLength) = (start, end - start) }
            start = max(end, start + 1)
        }
        func text(_ slice: ArraySlice<UInt16>) -> String {
            slice.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if bestLength < 2 { return text(groups[...]) }
        return text(groups[..<bestStart]) + "::" + text(groups[(bestStart + bestLength)...])
    }

    /// Reads dotted decimal or an IPv6 address; nil where the text is neither.
    public init?(_ text: String) {
        if text.contains(":") {
            let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
            func groups(_ half: Substring) -> [UInt16]? {
                if half.isEmpty { return [] }
                var out: [UInt16] = []
                for part in half.split(separator: ":", omittingEmptySubsequences: false) {
                    // Dotted decimal stands for the last two groups (RFC 4291, 2.2).
                    if part.contains("."), part.endIndex == text.endIndex, let v4 = IPAddress(String(part)) {
                        out += [UInt16(v4.v4Bits >> 16), UInt16(truncatingIfNeeded: v4.v4Bits)]
                    } else if part.utf8.count <= 4, part.allSatisfy(\.isHexDigit), let value = UInt16(part, radix: 16) {
                        out.append(value)
                    } else {
                        return nil
                    }
                }
                return out
            }
            var all: [UInt16]
            if halves.count == 2 || text.contains("::") {
                guard let front = groups(halves[0]), let back = groups(halves.count > 1 ? halves[1] : ""),
                    front.count + back.count < 8
                else { return nil }
                all = front + Array(repeating: 0, count: 8 - front.count - back.count) + back
            } else {
                guard let whole = groups(halves[0]), whole.count == 8 else { return nil }
                all = whole
            }
            self.init(
                high: all[..<4].reduce(0) { $0 << 16 | UInt64($1) },
                low: all[4...].reduce(0) { $0 << 16 | UInt64($1) })
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            // 010 is eight to some programs and ten to others.
            guard let octet = UInt8(part), part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                part == "0" || part.first != "0"
            else {
                return nil
            }
            bits = bits << 8 | UInt32(octet)
        }
        self.init(v4: bits)
    }
}
