/// What a rule remembers between units: a dictionary that takes no further keys when it is full.
/// Iteration is in the order in which keys were added, so that nothing depends on hashing.
struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let maximumCount: Int
    private var places: [Key: Int] = [:]
    private(set) var entries: [(key: Key, value: Value)] = []

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    subscript(key: Key) -> Value? { places[key].map { entries[$0].value } }

    /// Changes the value of a key, which starts as `initial`; does nothing where there is no room.
    mutating func update(_ key: Key, initial: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        if let place = places[key] {
            change(&entries[place].value)
        } else if entries.count < maximumCount {
            places[key] = entries.count
            var value = initial()
            change(&value)
            entries.append((key, value))
        }
    }

    /// Sets the value of a key where there is room.
    mutating func set(_ key: Key, _ value: Value) { update(key, initial: value) { $0 = value } }
}
