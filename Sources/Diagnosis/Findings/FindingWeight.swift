/// How telling a finding is beside others of its rule: where not all can be kept, the least telling one gives way.
///
/// Kept are the worst, then those that stand on the most, then those of the last day (a run may last for months), then
/// those that happen often, then those that were first.
struct FindingWeight: Sendable, BitwiseCopyable {
    var severity: Severity
    var standing: Standing
    /// When it last occurred, in nanoseconds.
    var lastSeen: Int64
    /// How often it was observed.
    var times: UInt32 = 1
    /// Counts the findings of its rule in order of appearance.
    var number: UInt64

    /// After so many nanoseconds without an occasion a finding is an old one.
    static let freshness: Int64 = 86_400_000_000_000

    /// The greater the more telling, at this instant.
    func rank(at now: Int64) -> UInt32 {
        let isFresh: UInt32 = now.subtractingReportingOverflow(lastSeen).partialValue <= Self.freshness ? 1 : 0
        let frequency = UInt32(31 - times.leadingZeroBitCount)
        return UInt32(severity.rawValue) << 24 | UInt32(standing.rawValue) << 16 | isFresh << 8 | frequency
    }

    /// Whether it gives way before the other one.
    func isLessTelling(than other: FindingWeight, at now: Int64) -> Bool {
        let (own, others) = (rank(at: now), other.rank(at: now))
        return own != others ? own < others : number > other.number
    }

    /// Takes a further occasion in.
    mutating func note(_ severity: Severity, _ standing: Standing, at time: Int64) {
        self.severity = max(self.severity, severity)
        self.standing = max(self.standing, standing)
        lastSeen = max(lastSeen, time)
        if times < .max { times += 1 }
    }
}
