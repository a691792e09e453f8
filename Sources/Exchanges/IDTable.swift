import ByteParsing

/// What is open, by its number: a dictionary whose keys count upwards and cost nothing to hash.
struct IDTable<Value> {
    private struct Key: QuicklyHashed {
        var id: UInt64
        var hashWord: UInt64 { id }
    }
    private var entries: [Key: Value] = [:]

    var count: Int { entries.count }
    /// Every number, in order.
    var ids: [UInt64] { entries.keys.map(\.id).sorted() }

    subscript(id: UInt64) -> Value? {
        get { entries[Key(id: id)] }
        set { entries[Key(id: id)] = newValue }
    }

    /// Puts a value in and returns the one that it replaces.
    mutating func updateValue(_ value: Value, for id: UInt64) -> Value? { entries.updateValue(value, forKey: Key(id: id)) }

    /// Takes a value out.
    mutating func removeValue(for id: UInt64) -> Value? { entries.removeValue(forKey: Key(id: id)) }
}
