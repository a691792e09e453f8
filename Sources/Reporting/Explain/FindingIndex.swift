import Diagnosis

/// Every finding on one line each, as a Markdown table: what the README shows.
public enum FindingIndex {
    /// The table, grouped by stage in the order of the sign-on.
    public static func markdown() -> String {
        var out = ""
        for stage in Stage.allCases {
            let rules = RuleRegistry.all.map { $0.documentation }.filter { $0.stage == stage }
                .sorted { $0.slug.description < $1.slug.description }
            if rules.isEmpty { continue }
            let title = stage.title.prefix(1).uppercased() + stage.title.dropFirst()
            out +=
                """
                \(out.isEmpty ? "" : "\n")**\(title)**\n\n| finding | what is wrong | severity | events \
                |\n|---|---|---|---|\n
                """
            for rule in rules {
                let events = rule.eventIDs.map { "\($0)" }.joined(separator: ", ")
                out += "| `\(rule.slug)` | \(cell(rule.title.description)) | \(rule.severity.name) | \(events) |\n"
            }
        }
        return out
    }

    /// A title with its placeholders as a reader takes them: `{spn}` becomes *spn*.
    private static func cell(_ text: String) -> String {
        var out = ""
        for character in text {
            switch character {
            case "{", "}": out += "*"
            case "|": out += "\\|"
            case "_": out += " "
            default: out.append(character)
            }
        }
        return out
    }
}
