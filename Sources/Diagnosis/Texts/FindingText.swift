import Dissectors

/// A finding in words, with this capture's names: what reports print.
public struct FindingText: Sendable {
    /// One line: what is wrong.
    public var title: String
    /// What it means.
    public var explanation: String
    /// The causes, most likely first.
    public var causes: [CauseText]
    /// What the wire cannot tell here.
    public var cannotTell: [String]
    /// A Wireshark display filter that selects every evidence frame and no more than its flows.
    public var displayFilter: String

    /// A cause and its remedy in words.
    public struct CauseText: Sendable {
        public var id: String
        public var text: String
        public var fixes: [FixText]
    }

    /// A step of a remedy in words.
    public struct FixText: Sendable, Equatable {
        public var text: String
        /// Ready to paste; nil where the step is not a command.
        public var command: String?
        public var place: DocumentedFix.Place
    }

    /// The words of a finding.
    public init(_ finding: Finding, names: NameTable) {
        let rule = finding.rule
        let values = TextValues(of: finding, names: names)
        let variant = finding.variant.flatMap { id in
            rule.variants.first { $0.id.description == id.description }
        }
        title = DocumentationText.fill(variant?.title ?? rule.title, values)
        explanation = DocumentationText.fill(variant?.meaning ?? rule.meaning, values)
        var chosen = finding.causes.compactMap { id in
            rule.causes.first { $0.id.description == id.description }
        }
        if chosen.isEmpty { chosen = rule.causes }
        causes = chosen.map { CauseText($0, values) }
        cannotTell = rule.cannotTell.map { DocumentationText.fill($0, values) }
        displayFilter = DisplayFilter.text(of: finding)
    }
}

extension FindingText.CauseText {
    /// A documented cause with values: `TextValues.generic` for a manual page.
    public init(_ cause: DocumentedCause, _ values: TextValues) {
        id = cause.id.description
        text = DocumentationText.fill(cause.text, values)
        var steps: [FindingText.FixText] = []
        for fix in cause.fixes {
            for caution in Caution.steps(before: fix, values) where !steps.contains(caution) { steps.append(caution) }
            steps.append(
                FindingText.FixText(
                    text: DocumentationText.fill(fix.text, values),
                    command: fix.command.map { DocumentationText.fill($0, values, for: .command(fix.effect)) },
                    place: fix.place))
        }
        fixes = steps
    }
}
