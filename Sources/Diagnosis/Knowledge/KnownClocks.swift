import PacketModel
import Dissectors
import Exchanges

/// The clocks of all hosts, found by address and by their offset.
public final class KnownClocks: Knowledge {
    private struct Span {
        var clock: HostClock
        /// The greatest upper bound of this clock and all before it, and the host that has it.
        var highest: Int64
        var host: IPAddress
        /// The greatest one of any other host; nil where there is none.
        var secondHighest: Int64?
    }
    /// By observation point and address.
    private var clocks: [HostClock] = []
    /// The clocks of each observation point by their lower bound, once somebody has asked.
    private var spans: [UInt16: [Span]]?

    /// Knows no clock.
    public init() {}

    public func learn(clocks: [HostClock], _ context: RuleContext) {
        self.clocks = clocks
        spans = nil
    }

    private static func spans(_ clocks: [HostClock]) -> [Span] {
        var spans: [Span] = []
        for clock in clocks.sorted(by: { $0.lowestOffset < $1.lowestOffset }) {
            var span = Span(clock: clock, highest: clock.highestOffset, host: clock.host, secondHighest: nil)
            if let before = spans.last {
                if before.highest >= clock.highestOffset {
                    (span.highest, span.host) = (before.highest, before.host)
                    span.secondHighest = max(before.secondHighest ?? clock.highestOffset, clock.highestOffset)
                } else {
                    span.secondHighest = before.highest
                }
            }
            spans.append(span)
        }
        return spans
    }

    /// The clock of a host.
    public func clock(of host: IPAddress, point: UInt16) -> HostClock? {
        var low = 0
        var high = clocks.count
        while low < high {
            let middle = (low + high) / 2
            let known = clocks[middle]
            if known.point != point ? known.point < point : known.host < host {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < clocks.count, clocks[low].point == point, clocks[low].host == host else { return nil }
        return clocks[low]
    }

    /// Whether another host of the same observation point has the same time, as far as the readings can tell.
    public func holdsAnother(within tolerance: Int64, of clock: HostClock) -> Bool {
        let known = spans ?? Dictionary(grouping: clocks, by: \.point).mapValues(Self.spans)
        spans = known
        guard let spans = known[clock.point] else { return false }
        let limit = clock.highestOffset.addingReportingOverflow(tolerance)
        var low = 0
        var high = spans.count
        while low < high {
            let middle = (low + high) / 2
            if limit.overflow || spans[middle].clock.lowestOffset <= limit.partialValue {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low > 0 else { return false }
        let span = spans[low - 1]
        guard let highest = span.host == clock.host ? span.secondHighest : span.highest else { return false }
        let least = clock.lowestOffset.subtractingReportingOverflow(tolerance)
        return least.overflow || least.partialValue <= highest
    }
}

extension RuleContext {
    /// The clocks of all hosts.
    public var clocks: KnownClocks { knowledge(KnownClocks.self) }
}

extension HostClock {
    /// The offset of this clock against another, as the middle of what the readings allow and half its width,
    /// in nanoseconds.
    public func skew(against other: HostClock) -> (offset: Int64, uncertainty: Int64) {
        let width = (highestOffset &- lowestOffset) / 2 &+ (other.highestOffset &- other.lowestOffset) / 2
        return (offset &- other.offset, width)
    }
}
