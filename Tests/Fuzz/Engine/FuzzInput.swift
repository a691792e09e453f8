/// Takes an input apart from its front. Where it is at its end, numbers are 0 and pieces empty: every input means
/// something.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ octets: [UInt8]) { rest = octets[...] }

    /// The next octet.
    mutating func octet() -> Int { Int(rest.popFirst() ?? 0) }

    /// The next so many octets as one number, the highest first.
    mutating func number(octets: Int) -> UInt64 { (0..<octets).reduce(0) { value, _ in value << 8 | UInt64(octet()) } }

    /// Three octets say how long a piece is; it ends with the input at the latest.
    mutating func piece() -> [UInt8] { take(Int(number(octets: 3))) }

    /// So many octets, or what is left.
    mutating func take(_ count: Int) -> [UInt8] {
        let taken = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        return taken
    }

    /// All that is left.
    mutating func all() -> [UInt8] { take(rest.count) }

    /// The octets that `piece` reads as these.
    static func piece(_ octets: [UInt8]) -> [UInt8] {
        [
            UInt8(truncatingIfNeeded: octets.count >> 16), UInt8(truncatingIfNeeded: octets.count >> 8),
            UInt8(truncatingIfNeeded: octets.count),
        ] + octets
    }
}
