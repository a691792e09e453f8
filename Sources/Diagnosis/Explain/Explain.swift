/// What `explain` knows: the rules' manual pages and the topics, and a search over both.
public enum Explain {
    /// Every topic; a further one is an entry of a table under `Topics`.
    public static let topics: [ExplainTopic] =
        EventTopics.all + DelegationTopics.all + ConnectorFlowTopics.all + InstallationTopics.all + UserErrorTopics.all
        + ContradictionTopics.all + CodeTopics.all

    /// A page found.
    public enum Page: Sendable {
        case rule(RuleDocumentation)
        case topic(ExplainTopic)

        /// The slug or the topic's id.
        public var id: String {
            switch self {
            case .rule(let rule): rule.slug.description
            case .topic(let topic): topic.id.description
            }
        }
        /// Its one line.
        public var title: String {
            switch self {
            case .rule(let rule): DocumentationText.fill(rule.title, .generic)
            case .topic(let topic): topic.title.description
            }
        }
    }

    /// A page and how well it fits: the more the better.
    public struct Match: Sendable {
        public var page: Page
        public var score: Int
    }

    /// The page of exactly this slug, topic id or event id; nil where there is none.
    public static func page(_ id: String) -> Page? {
        if let rule = RuleRegistry.documentation(id) { return .rule(rule) }
        if let topic = topics.first(where: { $0.id.description == id }) { return .topic(topic) }
        if let number = Int(id), let topic = topics.first(where: { $0.kind == .event(number) }) { return .topic(topic) }
        return nil
    }

    /// The topic of a connector event.
    public static func event(_ id: Int) -> ExplainTopic? { topics.first { $0.kind == .event(id) } }

    /// The most words of a query that count.
    static let maximumWords = 16

    /// The pages that fit the words best, best first; pages of equal score in the order of their
    /// stages, then of the tables. Numbers find event ids, error codes and statuses.
    public static func search(_ query: String, limit: Int = 12) -> [Match] {
        let words = SearchWords.of(query).prefix(maximumWords)
        guard !words.isEmpty else { return [] }
        var matches: [Match] = []
        for rule in RuleRegistry.all {
            let score = SearchIndex.score(rule.documentation, words)
            if score > 0 { matches.append(Match(page: .rule(rule.documentation), score: score)) }
        }
        for topic in topics {
            let score = SearchIndex.score(topic, words)
            if score > 0 { matches.append(Match(page: .topic(topic), score: score)) }
        }
        let order = matches.indices.sorted {
            matches[$0].score != matches[$1].score ? matches[$0].score > matches[$1].score : $0 < $1
        }
        return order.prefix(max(0, limit)).map { matches[$0] }
    }
}
