import PacketModel
import Diagnosis
import Dissectors

/// `explain`: the pages of findings, connector events, guide rows and codes, laid out as text.
public enum Explanation {
    /// Most pages that a search lists.
    private static let maximumMatches = 12

    /// Everything that can be explained.
    public static func list(style: TextStyle) -> String {
        var page = TextCanvas(style)
        let rules = RuleRegistry.all.map { $0.documentation }
        let topics = Explain.topics
        let longest = (rules.map { $0.slug.description.count } + topics.map { $0.id.description.count }).max() ?? 0
        let width = min(longest, 32) + 2
        for stage in Stage.allCases {
            let members = rules.filter { $0.stage == stage }
            if members.isEmpty { continue }
            page.heading("Findings: \(stage.title)")
            for rule in members { row(rule.slug.description, generic(rule.title), width, &page) }
        }
        for (heading, isMember) in topicGroups {
            let members = topics.filter { isMember($0.kind) }
            if members.isEmpty { continue }
            page.heading(heading)
            for topic in members { row(topic.id.description, topic.title.description, width, &page) }
        }
        return page.text
    }

    private static let topicGroups: [(String, @Sendable (ExplainTopic.Kind) -> Bool)] = [
        ("Connector events", { if case .event = $0 { true } else { false } }),
        ("From the guides", { $0 == .row }),
        ("Where the guides disagree", { $0 == .contradiction }),
        ("How to work", { $0 == .practice }),
        ("Kerberos errors", { if case .kerberosError = $0 { true } else { false } }),
        ("NTSTATUS values", { if case .ntStatus = $0 { true } else { false } }),
    ]

    /// Every word that names a page: for completions.
    public static var ids: [String] {
        RuleRegistry.all.map { $0.documentation.slug.description } + Explain.topics.map(\.id.description)
    }

    /// What is known of the words; nil where that is nothing. A name or number that fits exactly has
    /// its page shown, anything else is searched for.
    public static func text(for words: [String], style: TextStyle) -> String? {
        var page = TextCanvas(style)
        let query = words.joined(separator: " ")
        if let found = exactPages(query), !found.isEmpty {
            for entry in found { write(entry, &page) }
            return page.text
        }
        let matches = Explain.search(query, limit: maximumMatches)
        // One page that fits far better than the rest is what was meant.
        if let first = matches.first, matches.count == 1 || first.score >= 2 * matches[1].score {
            write(first.page, &page)
            if matches.count > 1 { writeSeeAlso(matches.dropFirst().map(\.page.id), &page) }
            return page.text
        }
        if matches.isEmpty { return nil }
        page.heading("Pages that fit, best first")
        let width = (matches.map(\.page.id.count).max() ?? 0) + 2
        for match in matches { row(match.page.id, match.page.title, width, &page) }
        return page.text
    }

    private static func exactPages(_ query: String) -> [Explain.Page]? {
        if let page = Explain.page(query.lowercased()), Int(query) == nil { return [page] }
        if let number = number(query) {
            // A number can be an event, an error and a status at once.
            return Explain.topics.filter { topic in
                switch topic.kind {
                case .event(let event): Int64(event) == number
                case .kerberosError(let code): Int64(code) == number
                case .ntStatus(let status): Int64(status) == number
                case .row, .contradiction, .practice: false
                }
            }.map { .topic($0) }
        }
        let name = query.uppercased()
        return Explain.topics.filter { topic in
            switch topic.kind {
            case .kerberosError(let code): KerberosErrorCode(rawValue: code).name == name
            case .ntStatus(let status): NTStatus(rawValue: status).name == name
            default: false
            }
        }.map { .topic($0) }
    }

    private static func number(_ text: String) -> Int64? {
        text.lowercased().hasPrefix("0x") ? Int64(text.dropFirst(2), radix: 16) : Int64(text)
    }

    // MARK: Pages

    private static func write(_ entry: Explain.Page, _ page: inout TextCanvas) {
        switch entry {
        case .rule(let rule): write(rule, &page)
        case .topic(let topic): write(topic, &page)
        }
    }

    private static func write(_ rule: RuleDocumentation, _ page: inout TextCanvas) {
        page.heading(rule.slug.description)
        page.paragraph(generic(rule.title).closed, indent: 2)
        page.paragraph("Stage: \(rule.stage.title). Usual severity: \(rule.severity.name).", indent: 2, ink: .faint)
        if !rule.eventIDs.isEmpty {
            page.paragraph(
                "Connector events: \(rule.eventIDs.map { "\($0)" }.joined(separator: ", ")).", indent: 2, ink: .faint)
        }
        page.heading("What it means")
        page.paragraph(generic(rule.meaning), indent: 2)
        for variant in rule.variants {
            page.gap()
            page.paragraph(generic(variant.title).closed + " " + generic(variant.meaning), indent: 2)
        }
        page.heading("On the wire")
        page.paragraph(generic(rule.evidence), indent: 2)
        if !rule.causes.isEmpty {
            page.heading("Causes and what to do")
            for (number, cause) in rule.causes.enumerated() {
                if number > 0 { page.gap() }
                page.paragraph(generic(cause.text), indent: 2, label: "\(number + 1). ")
                writeSteps(cause.fixes, indent: 5, &page)
            }
        }
        writeList("What the wire cannot tell", rule.cannotTell.map { generic($0) }, &page)
        writeGuides(rule.seedRows, &page)
        writeList("References", rule.references.map(\.description), &page)
    }

    private static func write(_ topic: ExplainTopic, _ page: inout TextCanvas) {
        page.heading(topic.title.description)
        page.paragraph("\(topic.kind.name), \(topic.id)", indent: 2, ink: .faint)
        for paragraph in topic.body {
            page.gap()
            page.paragraph(generic(paragraph), indent: 2)
        }
        if !topic.steps.isEmpty {
            page.heading("What to do")
            writeSteps(topic.steps, indent: 2, &page)
        }
        writeGuides(topic.seedRows, &page)
        writeSeeAlso(topic.relatedSlugs, &page)
    }

    private static func writeSteps(_ steps: [DocumentedFix], indent: Int, _ page: inout TextCanvas) {
        for step in steps {
            page.paragraph(
                generic(step.text), indent: indent, label: "[\(step.place.name)] ", labelInk: .faint, hang: indent + 2)
            guard let command = step.command else { continue }
            for line in DocumentationText.fill(command, .generic, for: .command(step.effect)).split(separator: "\n") {
                page.command(String(line), indent: indent + 4)
            }
        }
    }

    private static func writeGuides(_ rows: [SeedRow], _ page: inout TextCanvas) {
        writeList("In the guides", rows.map { "\($0.guide.title): \($0.row)" }, &page)
    }

    private static func writeList(_ heading: String, _ sentences: [String], _ page: inout TextCanvas) {
        if sentences.isEmpty { return }
        page.heading(heading)
        for sentence in sentences { page.paragraph(sentence, indent: 2, label: "- ") }
    }

    private static func writeSeeAlso(_ ids: [String], _ page: inout TextCanvas) {
        let known = ids.compactMap { id in Explain.page(id).map { (id, $0.title) } }
        if known.isEmpty { return }
        page.heading("See also")
        let width = (known.map(\.0.count).max() ?? 0) + 2
        for (id, title) in known { row(id, title, width, &page) }
    }

    private static func row(_ id: String, _ title: String, _ width: Int, _ page: inout TextCanvas) {
        page.paragraph(title, indent: 2, label: id.padded(to: width))
    }

    private static func generic(_ text: StaticString) -> String { DocumentationText.fill(text, .generic) }
}
