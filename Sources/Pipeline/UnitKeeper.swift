import Diagnosis
import Exchanges

/// Keeps a bounded number of units for the report: the troubled ones first, the healthy ones beside
/// them, in order of appearance; and counts them all.
///
/// Of troubled units those stay on which most stands, and of these the first: what anybody can send keeps out nothing that was
/// answered.
struct UnitKeeper<Kept> {
    /// By what stands behind them.
    private var troubled: [[(number: UInt64, unit: Kept)]] = Standing.allCases.map { _ in [] }
    private var troubledCount = 0
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
    mutating func add(_ unit: Kept, _ outcome: SignOnOutcome, _ standing: @autoclosure () -> Standing) -> Bool {
        switch outcome {
        case .succeeded: counts.succeeded += 1
        case .unknown: counts.unknown += 1
        case .failed:
            counts.failed += 1
            return keep(unit, standing())
        }
        if healthy.count >= maximumHealthy {
            omitted += 1
            return false
        }
        healthy.append(unit)
        return true
    }

    private mutating func keep(_ unit: Kept, _ standing: Standing) -> Bool {
        let level = Int(standing.rawValue)
        if troubledCount >= maximumTroubled {
            omitted += 1
            guard let lower = troubled[..<level].firstIndex(where: { !$0.isEmpty }) else { return false }
            troubled[lower].removeLast()
            troubledCount -= 1
        }
        troubled[level].append((counts.failed, unit))
        troubledCount += 1
        return true
    }

    /// What was kept: the troubled ones, then the healthy ones.
    var all: [Kept] { troubled.flatMap(\.self).sorted { $0.number < $1.number }.map(\.unit) + healthy }
}
