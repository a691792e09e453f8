/// Durations in words for people.
enum DurationText {
    /// `7 s`, `12 min 5 s`, `3 h 10 min`, `2 d 4 h`: the two largest units that are not zero.
    static func text(nanoseconds: Int64) -> String {
        let seconds = (nanoseconds.magnitude &+ 500_000_000) / 1_000_000_000
        let units: [(UInt64, String)] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")]
        for (place, (size, name)) in units.enumerated() where seconds >= size {
            let whole = "\(seconds / size) \(name)"
            guard place + 1 < units.count else { return whole }
            let rest = seconds % size / units[place + 1].0
            return rest == 0 ? whole : "\(whole) \(rest) \(units[place + 1].1)"
        }
        return "0 s"
    }
}
