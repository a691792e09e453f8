import Diagnosis
import Dissectors

/// A finding's texts with this capture's names filled in, and nothing escaped yet.
struct FindingText {
    var title: String
    var explanation: String
    /// In order of likelihood.
    var causes: [Cause]
    var cannotTell: [String]
    var displayFilter: String

    struct Cause {
        var id: String
        var text: String
        var fixes: [Fix]
    }

    struct Fix {
        var text: String
        var command: String?
        var place: DocumentedFix.Place
    }
}

/// Makes the texts of findings from their rules' documentation.
struct FindingTexts {
    let names: NameTable

    /// The texts of one finding.
    func text(of finding: Finding) -> FindingText {
        let rule = finding.rule
        let filler = PlaceholderFiller(finding, names: names)
        let variant = rule.variants.first { $0.id.description == finding.variant?.description }
        let chosen = finding.causes.compactMap { id in rule.causes.first { $0.id.description == id.description } }
        return FindingText(
            title: filler.fill(variant?.title ?? rule.title),
            explanation: filler.fill(variant?.meaning ?? rule.meaning),
            causes: (chosen.isEmpty ? rule.causes : chosen).map { cause in
                FindingText.Cause(
                    id: cause.id.description, text: filler.fill(cause.text),
                    fixes: cause.fixes.map {
                        FindingText.Fix(
                            text: filler.fill($0.text), command: $0.command.map { filler.fill(command: $0) }, place: $0.place)
                    })
            },
            cannotTell: rule.cannotTell.map { filler.fill($0) },
            displayFilter: DisplayFilter.text(of: finding))
    }
}

/// Puts a finding's values into texts that mention them as `{key}`.
struct PlaceholderFiller {
    private var values: [String: String] = [:]

    /// Names nothing: every placeholder is printed in its general form.
    static let generic = PlaceholderFiller()

    private init() {}

    init(_ finding: Finding, names: NameTable) {
        let subjects = finding.subjects
        func put(_ key: String, _ value: String?) {
            if let value, !value.isEmpty { values[key] = value }
        }
        put("user", names.string(subjects.user))
        put("user_realm", names.string(subjects.userRealm))
        put("spn", names.string(subjects.service))
        put("spn_host", names.string(subjects.service)?.split(separator: "/").dropFirst().first.map(String.init))
        put("spn_realm", names.string(subjects.serviceRealm))
        put("account", names.string(subjects.account))
        put("account_host", names.string(subjects.account).map { $0.hasSuffix("$") ? String($0.dropLast()) : $0 })
        put("account_realm", names.string(subjects.accountRealm))
        put("realm", names.string(subjects.realm))
        put("connector", subjects.connector?.description)
        put("kdc", subjects.kdc?.description)
        put("backend", subjects.backend.map { "\($0.address):\($0.port)" })
        for detail in finding.details { put(detail.key, detail.value) }
    }

    /// A sentence with its values; one that is missing is named in general.
    func fill(_ text: StaticString) -> String { fill(text.description) { $0 } }

    /// A command with its values. What a shell could take for more than one plain word is left out
    /// for the reader to fill in: captured names are not trusted on a command line.
    func fill(command: StaticString) -> String {
        fill(command.description) { Self.isPlainWord($0) ? $0 : nil }
    }

    private func fill(_ text: String, admit: (String) -> String?) -> String {
        var out = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open]
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: "}") else { return out + "{" + rest }
            let key = String(rest[..<close])
            out += values[key].flatMap(admit) ?? "<\(key.uppercased())>"
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }

    private static func isPlainWord(_ value: String) -> Bool {
        value.utf8.first != UInt8(ascii: "-") && value.utf8.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "@"),
                UInt8(ascii: "$"), UInt8(ascii: ":"), UInt8(ascii: "+"):
                true
            default: false
            }
        }
    }
}
