/// How many findings are kept, each of its own. What has no place of its own is folded into one record of its rule
/// and source, which goes on counting and keeps the first examples.
public struct FindingBounds: Sendable, Hashable {
    /// Of all rules together. The rule that has the most gives up one: a new kind of failure always finds room.
    public var total: Int
    /// Of one rule. The source that has the most gives up one: the failure of another host always finds room.
    public var perRule: Int
    /// Of one rule and one source. The least telling one gives way.
    public var perSource: Int
    /// Sources of one rule whose folded findings have a record of their own; all further ones share one.
    public static let foldedSources = 16

    /// Bounds of at least one.
    public init(total: Int = 4096, perRule: Int = 512, perSource: Int = 128) {
        self.total = max(1, total)
        self.perRule = max(1, perRule)
        self.perSource = max(1, perSource)
    }
}

/// What stands in a finding's record besides itself.
public struct FoldedFindings: Sendable, Hashable {
    /// Findings that have no record of their own: one that is folded, forgotten and met again counts twice.
    public var count: UInt64

    /// So many findings.
    public init(count: UInt64) { self.count = count }
}

/// What the bounds cost one rule.
public struct RuleFold: Sendable, Hashable {
    /// The rule's slug.
    public var slug: String
    /// Findings without a record of their own.
    public var findings: UInt64
    /// Their occasions.
    public var occasions: UInt64

    /// Makes an entry.
    public init(slug: String, findings: UInt64, occasions: UInt64) {
        self.slug = slug
        self.findings = findings
        self.occasions = occasions
    }
}

/// Which findings have been folded already, so that one that comes again counts once: bounded, and begun anew when
/// full.
struct FoldedKeys: Sendable {
    private static let maximumCount = 65_536
    private var seen: Set<Int> = []

    /// Whether this finding, by the hash of what it is about, is folded for the first time.
    mutating func isNew(_ hash: Int) -> Bool {
        if seen.count >= Self.maximumCount { seen.removeAll() }
        return seen.insert(hash).inserted
    }
}
