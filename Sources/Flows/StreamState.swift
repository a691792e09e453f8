/// Who reads a flow's octets.
enum StreamState: Equatable, BitwiseCopyable {
    /// Nobody yet: they are offered to the dissectors.
    case unclaimed
    /// The stream with this index in the tracker's arena.
    case reading(Int)
    /// Nobody, and nobody will: they are only counted.
    case ignored
}

/// A stream state in four bytes, for a flow's record has no room for more.
@propertyWrapper
struct PackedStreamState: BitwiseCopyable {
    private static let unclaimed: Int32 = -1
    private static let ignored: Int32 = -2

    /// The index of the stream, or one of the two above.
    private var rawValue: Int32

    init(wrappedValue: StreamState) {
        rawValue = Self.unclaimed
        self.wrappedValue = wrappedValue
    }

    /// Whether the state is `ignored`: what each segment of a known flow asks.
    var isIgnored: Bool { rawValue == Self.ignored }

    var wrappedValue: StreamState {
        get {
            if rawValue >= 0 { return .reading(Int(rawValue)) }
            return rawValue == Self.ignored ? .ignored : .unclaimed
        }
        set {
            rawValue =
                switch newValue {
                case .unclaimed: Self.unclaimed
                case .reading(let index): Int32(truncatingIfNeeded: index)
                case .ignored: Self.ignored
                }
        }
    }
}
