import ByteParsing
import Dissectors
import Reporting

/// Writes expectations and verdicts as JSON.
public enum ExpectationWriter {
    /// The text of an `expect.json` that may count messages of these protocols: keys in a fixed order, so that a change
    /// reads well in a diff.
    public static func text(_ expectation: Expectation, protocols: ProtocolRegistry = .standard) -> [UInt8] {
        var json = Indented()
        json.open("{")
        json.member("schema_version", "\(Expectation.schemaVersion)")
        switch expectation.first {
        case .unspecified: break
        case .none: json.member("first_finding", "null")
        case .oneOf(let slugs) where slugs.count == 1: json.member("first_finding", json.quoted(slugs[0]))
        case .oneOf(let slugs): json.member("first_finding", json.list(slugs.map { json.quoted($0) }))
        }
        if !expectation.findings.isEmpty {
            json.array(
                "findings",
                expectation.findings.map { finding in
                    var parts = ["\"id\": \(json.quoted(finding.id))"]
                    if let severity = finding.severity { parts.append("\"severity\": \(json.quoted(severity))") }
                    if !finding.frames.isEmpty {
                        parts.append("\"frames\": \(json.list(finding.frames.map { "\($0)" }))")
                    }
                    if let count = finding.count { parts.append("\"count\": \(count)") }
                    return "{ \(parts.joined(separator: ", ")) }"
                })
        }
        if !expectation.absent.isEmpty { json.array("absent", expectation.absent.map { json.quoted($0) }) }
        if !expectation.signOns.isEmpty {
            json.array(
                "sign_ons",
                expectation.signOns.map { signOn in
                    var parts: [String] = []
                    if let user = signOn.user { parts.append("\"user\": \(json.quoted(user))") }
                    if let service = signOn.service { parts.append("\"service\": \(json.quoted(service))") }
                    if let outcome = signOn.outcome { parts.append("\"outcome\": \(json.quoted(outcome))") }
                    return "{ \(parts.joined(separator: ", ")) }"
                })
        }
        if !expectation.messages.isEmpty {
            let counts = protocols.withMessages.compactMap { module in
                expectation.messages[module.name].map { "\(json.quoted(module.name)): \($0)" }
            }
            json.member("messages", "{ \(counts.joined(separator: ", ")) }")
        }
        json.close("}")
        return Array(json.text.utf8)
    }

    /// The verdicts of a run as one document.
    public static func document(_ verdicts: [ScenarioVerdict]) -> [UInt8] {
        var json = Indented()
        json.open("{")
        json.member("schema_version", "\(Expectation.schemaVersion)")
        json.member("passed", "\(verdicts.count { $0.state != .failed })")
        json.member("failed", "\(verdicts.count { $0.state == .failed })")
        json.array(
            "scenarios",
            verdicts.map { verdict in
                let state = verdict.state == .failed ? "failed" : verdict.state == .passed ? "passed" : "updated"
                return "{ \"name\": \(json.quoted(verdict.name)), \"state\": \"\(state)\", \"duration_ms\": "
                    + "\(max(verdict.duration, 0) / 1_000_000), \"differences\": "
                    + json.list(verdict.differences.map { json.quoted($0) }) + " }"
            })
        json.close("}")
        return Array(json.text.utf8)
    }
}

/// JSON with one member a line.
private struct Indented {
    private(set) var text = ""
    private var isFirst = true

    mutating func open(_ bracket: String) { text += bracket }
    mutating func close(_ bracket: String) { text += "\n\(bracket)\n" }

    mutating func member(_ key: String, _ value: String) {
        text += (isFirst ? "\n" : ",\n") + "  \(quoted(key)): \(value)"
        isFirst = false
    }

    mutating func array(_ key: String, _ elements: [String]) {
        if elements.isEmpty { return member(key, "[]") }
        member(key, "[\n" + elements.map { "    \($0)" }.joined(separator: ",\n") + "\n  ]")
    }

    func list(_ elements: [String]) -> String { "[\(elements.joined(separator: ", "))]" }

    func quoted(_ text: String) -> String {
        var writer = JSONWriter(names: NameTable(maximumCount: 1, maximumBytes: 1), indented: false)
        writer.string(text)
        return writer.bytes.decodeUTF8()
    }
}
