import Exchanges

/// Keeps a bounded number of units for the report: the troubled ones first, the healthy ones beside
/// them, in order of id; and counts them all.
struct UnitKeeper<Kept> {
    private var troubled: [Kept] = []
    private var healthy: [Kept] = []
    private let maximumTroubled: Int
    private let maximumHealthy: Int
    private(set) var omitted: UInt64 = 0
    private(set) var counts = OutcomeCounts()

    init(maximumTroubled: Int, maximumHealthy: Int) {
        self.maximumTroubled = maximumTroubled
        self.maximumHealthy = maximumHealthy
    }

    /// Counts a unit, and keeps it where there is room; whether it was kept.
    @discardableResult
    mutating func add(_ unit: Kept, _ outcome: SignOnOutcome) -> Bool {
        switch outcome {
        case .succeeded: counts.succeeded += 1
        case .failed: counts.failed += 1
        case .unknown: counts.unknown += 1
        }
        if outcome == .failed ? troubled.count >= maximumTroubled : healthy.count >= maximumHealthy {
            omitted += 1
            return false
        }
        if outcome == .failed { troubled.append(unit) } else { healthy.append(unit) }
        return true
    }

    /// What was kept: the troubled ones, then the healthy ones.
    var all: [Kept] { troubled + healthy }
}
