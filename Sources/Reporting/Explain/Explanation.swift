import Diagnosis
import Dissectors

/// The manual pages of findings, and what connector events and error codes stand for.
public enum Explanation {
    /// Everything that can be explained, by stage.
    public static func list(style: TextStyle) -> String {
        var page = TextCanvas(style)
        let rules = RuleRegistry.all.map { $0.documentation }
        let width = rules.map { $0.slug.description.count }.max() ?? 0
        for stage in Stage.allCases {
            let members = rules.filter { $0.stage == stage }
            if members.isEmpty { continue }
            page.heading("Findings of the stage: \(stage.title)")
            for rule in members {
                page.paragraph(generic(rule.title), indent: 2, label: rule.slug.description.padded(to: width + 2))
            }
        }
        let events = Set(rules.flatMap(\.eventIDs)).sorted()
        if !events.isEmpty {
            page.heading("Connector events")
            page.paragraph(events.map { "\($0)" }.joined(separator: ", "), indent: 2)
        }
        page.heading("Kerberos errors")
        page.paragraph("Any number or name, such as 13 or KDC_ERR_BADOPTION.", indent: 2)
        return page.text
    }

    /// What is known of the words; nil where that is nothing.
    public static func text(for words: [String], style: TextStyle) -> String? {
        var page = TextCanvas(style)
        let query = words.joined(separator: " ")
        let rules = RuleRegistry.all.map { $0.documentation }
        if let rule = rules.first(where: { $0.slug.description == query.lowercased() }) {
            write(rule, &page)
            return page.text
        }
        if let number = Int(query) {
            let matching = rules.filter { $0.eventIDs.contains(number) }
            if !matching.isEmpty {
                page.heading("Connector event \(number)")
                writeList(matching, "It is explained by, most likely first:", &page)
            }
            writeError(Int32(clamping: number), rules, &page)
            return page.text.isEmpty ? nil : page.text
        }
        if let code = errorCode(named: query.uppercased()) {
            writeError(code, rules, &page)
            return page.text
        }
        let matching = rules.filter { rule in
            let text = [rule.slug.description, rule.title.description, rule.meaning.description, rule.evidence.description]
                .joined(separator: " ").lowercased()
            return words.allSatisfy { text.contains($0.lowercased()) }
        }
        if matching.isEmpty { return nil }
        if matching.count == 1 { write(matching[0], &page) } else { writeList(matching, "Findings that match:", &page) }
        return page.text
    }

    private static func write(_ rule: RuleDocumentation, _ page: inout TextCanvas) {
        page.heading(rule.slug.description)
        page.paragraph(generic(rule.title).closed, indent: 2)
        page.paragraph("Stage: \(rule.stage.title). Usual severity: \(rule.severity.name).", indent: 2, ink: .faint)
        if !rule.eventIDs.isEmpty {
            page.paragraph("Connector events: \(rule.eventIDs.map { "\($0)" }.joined(separator: ", ")).", indent: 2, ink: .faint)
        }
        page.heading("What it means")
        page.paragraph(generic(rule.meaning), indent: 2)
        page.heading("On the wire")
        page.paragraph(generic(rule.evidence), indent: 2)
        if !rule.causes.isEmpty {
            page.heading("Causes and what to do")
            for (number, cause) in rule.causes.enumerated() {
                page.gap()
                page.paragraph(generic(cause.text), indent: 2, label: "\(number + 1). ")
                for fix in cause.fixes {
                    page.paragraph(generic(fix.text), indent: 5, label: "[\(fix.place.name)] ", labelInk: .faint, hang: 7)
                    if let command = fix.command {
                        for line in generic(command, for: .command).split(separator: "\n") { page.command(String(line), indent: 9) }
                    }
                }
            }
        }
        if !rule.cannotTell.isEmpty {
            page.heading("What the wire cannot tell")
            for sentence in rule.cannotTell { page.paragraph(generic(sentence), indent: 2, label: "- ") }
        }
        if !rule.references.isEmpty {
            page.heading("References")
            for reference in rule.references { page.paragraph(reference.description, indent: 2, label: "- ") }
        }
    }

    private static func writeList(_ rules: [RuleDocumentation], _ title: String, _ page: inout TextCanvas) {
        page.heading(title)
        let width = rules.map { $0.slug.description.count }.max() ?? 0
        for rule in rules { page.paragraph(generic(rule.title), indent: 2, label: rule.slug.description.padded(to: width + 2)) }
    }

    private static func writeError(_ code: Int32, _ rules: [RuleDocumentation], _ page: inout TextCanvas) {
        guard let name = KerberosErrorCode(rawValue: code).name else { return }
        page.heading("Kerberos error \(code) \(name)")
        let matching = rules.filter { rule in
            let text = rule.evidence.description + " " + rule.meaning.description
            return text.contains(name) || text.contains("KRB-ERROR \(code) ")
        }
        if !matching.isEmpty { writeList(matching, "Findings in which it plays a part:", &page) }
    }

    private static func errorCode(named name: String) -> Int32? {
        (0..<256).first { KerberosErrorCode(rawValue: $0).name == name }
    }

    private static func generic(_ text: StaticString, for purpose: DocumentationText.Purpose = .prose) -> String {
        DocumentationText.fill(text, .generic, for: purpose)
    }
}
