/// Durations in words for people.
public enum DurationText {
    /// The two largest units that are not zero, and tenths below a minute: `250 ms`, `1.5 s`, `85 s` as `1 min 25 s`,
    /// `3 h 10 min`, `2 d 4 h`.
    public static func text(nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        if magnitude < 1_000_000_000 { return "\(sign)\(magnitude / 1_000_000) ms" }
        if magnitude < 60_000_000_000 {
            let tenths = magnitude / 100_000_000
            return "\(sign)\(tenths / 10)" + (tenths % 10 == 0 ? " s" : ".\(tenths % 10) s")
        }
        let seconds = magnitude / 1_000_000_000
        let units: [(seconds: UInt64, name: String)] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")]
        let largest = units.firstIndex { seconds >= $0.seconds } ?? 2
        let (size, name) = units[largest]
        let rest = seconds % size / units[largest + 1].seconds
        return "\(sign)\(seconds / size) \(name)" + (rest == 0 ? "" : " \(rest) \(units[largest + 1].name)")
    }
}
