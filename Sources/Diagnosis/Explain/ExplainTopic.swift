/// A page of `explain` that is no finding: an event of the connector, a row of a guide that no wire
/// shows, a point on which the guides contradict each other, an error code.
public struct ExplainTopic: Sendable {
    /// What a topic is about.
    public enum Kind: Sendable, Equatable {
        /// An event id of the connector's log.
        case event(Int)
        /// A row or section of a guide.
        case row
        /// Something that two guides say differently.
        case contradiction
        /// An error-code of a KRB-ERROR.
        case kerberosError(Int32)
        /// An NTSTATUS in the e-data of a KRB-ERROR.
        case ntStatus(UInt32)
        /// How to work: capturing, logs, limits.
        case practice

        /// The words used in output.
        public var name: String {
            switch self {
            case .event: "event"
            case .row: "guide"
            case .contradiction: "contradiction"
            case .kerberosError: "Kerberos error"
            case .ntStatus: "NTSTATUS"
            case .practice: "practice"
            }
        }
    }

    /// Names the topic: lower-case words joined by hyphens, or a number with a prefix.
    public var id: StaticString
    /// One line.
    public var title: StaticString
    public var kind: Kind
    /// Paragraphs of plain text.
    public var body: [StaticString]
    /// What to do, with the exact commands.
    public var steps: [DocumentedFix]
    /// Findings that it has to do with, most likely first; those of an event come from the rules as well.
    public var slugs: [StaticString]
    /// Which rows of the guides it serves.
    public var seedRows: [SeedRow]
    /// Further words by which it is found.
    public var keywords: [StaticString]

    /// Makes a topic.
    public init(
        _ id: StaticString, _ title: StaticString, _ kind: Kind, body: [StaticString], steps: [DocumentedFix] = [],
        slugs: [StaticString] = [], seedRows: [SeedRow] = [], keywords: [StaticString] = []
    ) {
        self.id = id
        self.title = title
        self.kind = kind
        self.body = body
        self.steps = steps
        self.slugs = slugs
        self.seedRows = seedRows
        self.keywords = keywords
    }

    /// The findings that it has to do with: its own list, then every rule that names its event id.
    public var relatedSlugs: [String] {
        var out = slugs.map(\.description)
        guard case .event(let number) = kind else { return out }
        for rule in RuleRegistry.all where rule.documentation.eventIDs.contains(number) {
            let slug = rule.documentation.slug.description
            if !out.contains(slug) { out.append(slug) }
        }
        return out
    }
}
