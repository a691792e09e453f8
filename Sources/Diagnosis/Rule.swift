import CaptureFile
import Dissectors
import Exchanges

/// A judgement over the reconstructed model. It sees every unit once and never sees bytes.
///
/// What a rule remembers between units must be bounded.
public protocol Rule: SendableMetatype {
    /// The rule's manual page.
    static var documentation: RuleDocumentation { get }
    init()
    /// Looks at a complete unit.
    mutating func see(_ unit: Unit, _ context: RuleContext)
    /// Says what only the end can tell.
    mutating func finish(_ context: RuleContext)
}

extension Rule {
    public mutating func finish(_ context: RuleContext) {}
}

/// What rules share: the names, the hosts, and the place where observations go.
public final class RuleContext {
    /// The names met in this run.
    public let names: NameTable
    /// What is known of the hosts so far.
    public internal(set) var hosts: [HostFacts] = []
    /// The latest clock estimates.
    public internal(set) var clocks: [HostClock] = []
    /// Observations of the rule that is being asked.
    var observations: [Observation] = []

    /// A context over a name table.
    public init(names: NameTable) { self.names = names }

    /// Reports that the rule's condition was met.
    public func report(_ observation: Observation) { observations.append(observation) }

    /// Whether a principal is a computer account (its name ends in `$`).
    public func isComputer(_ principal: Principal) -> Bool { names.hasSuffix(principal.name, UInt8(ascii: "$")) }

    /// The offset of one host's clock against another's at the same observation point, as the middle
    /// of what the readings allow and half its width, in nanoseconds; nil where one is unknown.
    public func skew(of host: IPAddress, against other: IPAddress, point: UInt16) -> (offset: Int64, uncertainty: Int64)? {
        guard let a = clocks.first(where: { $0.host == host && $0.point == point }),
            let b = clocks.first(where: { $0.host == other && $0.point == point })
        else { return nil }
        let width = (a.highestOffset &- a.lowestOffset) / 2 &+ (b.highestOffset &- b.lowestOffset) / 2
        return (a.offset &- b.offset, width)
    }
}
