import Diagnosis
import Exchanges

/// Keeps a bounded number of units for the report: the troubled ones first, the healthy ones beside
/// them, in order of appearance; and counts them all.
///
/// Of troubled units those stay on which most stands, and of these the first: what anybody can send keeps
/// out nothing that was answered.
struct UnitKeeper<Kept> {
    private struct Troubled {
        /// Counts the troubled units in order of appearance.
        var number: UInt64
        var standing: Standing
        var unit: Kept
    }
    private var troubled: [Troubled] = []
    /// How many of them have each standing.
    private var countByStanding = Standing.allCases.map { _ in 0 }
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
        let new = Troubled(number: counts.failed, standing: standing, unit: unit)
        if troubled.count < maximumTroubled {
            troubled.append(new)
        } else {
            omitted += 1
            guard let place = leastTelling(below: standing) else { return false }
            countByStanding[Int(troubled[place].standing.rawValue)] -= 1
            troubled[place] = new
        }
        countByStanding[Int(standing.rawValue)] += 1
        return true
    }

    /// The latest of those on which the least stands, and less than this.
    private func leastTelling(below standing: Standing) -> Int? {
        guard let least = Standing.allCases.first(where: { countByStanding[Int($0.rawValue)] > 0 }), least < standing
        else { return nil }
        var latest: Int?
        for place in troubled.indices
        where troubled[place].standing == least && troubled[place].number > latest.map({ troubled[$0].number }) ?? 0 {
            latest = place
        }
        return latest
    }

    /// What was kept: the troubled ones, then the healthy ones.
    var all: [Kept] { troubled.sorted { $0.number < $1.number }.map(\.unit) + healthy }
}
