import PacketModel
import Dissectors
import Exchanges

/// What the placeholders of documentation texts stand for: this capture's names, or nothing.
///
/// Captured names are hostile. In prose they stand as they are (whoever prints escapes control
/// characters); into a command goes only what cannot mean anything else to a shell, and what the
/// command may be told; the generic form where that is not so.
public struct TextValues: Sendable {
    private var values: [String: String] = [:]
    private var several: [String: String] = [:]
    /// Parts of names that are not harmless as a whole: for prose alone.
    private var partsOfHarmful: Set<String> = []
    /// Which names may stand in commands that change the directory.
    private var nameStanding = NameStanding()
    /// Whether the host that requests named is the one for which a ticket was asked.
    private var isHostOfService = false

    /// No values: every placeholder is printed in its generic form.
    public static let generic = TextValues()

    private init() {}

    /// The values of a finding.
    public init(of finding: Finding, names: NameTable) {
        let subjects = finding.subjects
        set("user", names.string(subjects.user))
        set("user_realm", names.string(subjects.userRealm))
        set("spn", names.string(subjects.service))
        if let service = names.string(subjects.service) {
            set("spn_host", Self.host(ofSPN: service))
            if !Self.isHarmless(service, as: "spn") { partsOfHarmful.insert("spn_host") }
        }
        set("spn_realm", names.string(subjects.serviceRealm))
        set("account", names.string(subjects.account))
        set("account_host", names.string(subjects.account).flatMap(Self.host(ofAccount:)))
        set("account_realm", names.string(subjects.accountRealm))
        set("connector", subjects.connector?.description)
        set("kdc", subjects.kdc?.description)
        set("backend", subjects.backend?.description)
        set("realm", names.string(subjects.realm))
        for detail in finding.details { set(detail.key, detail.value) }
        set("count", String(finding.count))
        nameStanding = finding.nameStanding
        if let host = values["http_host"], let service = values["spn"].flatMap({ HostName(servicePrincipalName: $0) }) {
            isHostOfService = HostName(host).isSameHost(as: service)
        }

        let parts = finding.severalSubjects
        if parts.contains(.user) {
            several["user"] = finding.omittedUsers ? "many users" : "\(finding.users.count) users"
        }
        if parts.contains(.service) { several["spn"] = "several services" }
        if parts.contains(.account) { several["account"] = "several accounts" }
        if parts.contains(.connector) { several["connector"] = "several hosts" }
        if parts.contains(.kdc) { several["kdc"] = "several domain controllers" }
        if parts.contains(.backend) { several["backend"] = "several backends" }
        if parts.contains(.realm) { several["realm"] = "several realms" }
    }

    private mutating func set(_ key: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        values[key] = value
    }

    /// The text for prose.
    func prose(_ key: String) -> String {
        values[key] ?? several[key] ?? Self.genericForm(key)
    }

    /// The text for a command to paste that does this.
    func command(_ key: String, _ effect: DocumentedFix.Effect) -> String {
        guard let value = values[key], isHarmless(key), withheld(key, effect) == nil else {
            return Self.genericForm(key)
        }
        return value
    }

    /// Whether there is a value that means only itself to a shell.
    func isHarmless(_ key: String) -> Bool {
        values[key].map { Self.isHarmless($0, as: key) && !partsOfHarmful.contains(key) } ?? false
    }

    /// Why a name of this capture is kept out of a command that does this; nil where it may stand there, or there is
    /// none.
    func withheld(_ key: String, _ effect: DocumentedFix.Effect) -> NameStanding.Verdict? {
        guard values[key] != nil else { return nil }
        switch effect {
        case .local: return nil
        case .connects: return key == "http_host" && !isHostOfService ? .notShown : nil
        case .directory:
            let verdict = nameStanding.verdict(on: key) ?? .notShown
            return verdict == .shown ? nil : verdict
        }
    }

    /// `<SPN>` for `spn`, `<USER-REALM>` for `user_realm`; nothing for a key such as `status_text`,
    /// which stands for words that are there or not.
    static func genericForm(_ key: String) -> String {
        if key.hasSuffix("_text") { return "" }
        return genericName(key)
    }

    private static func genericName(_ key: String) -> String {
        "<" + String(key.uppercased().map { $0 == "_" ? "-" : $0 }) + ">"
    }

    /// Whether a captured text means only itself to cmd and PowerShell, quoted or not: letters,
    /// digits and a few marks of ASCII, none of them at a place where it would begin an option, a
    /// splat or a variable. What looks like a quotation mark to PowerShell need not be ASCII.
    static func isHarmless(_ value: String, as key: String) -> Bool {
        let octets = Array(value.utf8)
        guard let first = octets.first, octets.count <= 255, isAlphanumeric(first) else { return false }
        for (place, octet) in octets.enumerated() {
            switch octet {
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): continue
            case UInt8(ascii: "/"), UInt8(ascii: ":"):
                // Service names have both, IPv6 addresses have colons.
                if !["spn", "kdc", "peer_address", "other_kdc", "connector", "backend"].contains(key) { return false }
                // An empty component would begin an option of some commands.
                if octet == UInt8(ascii: "/"), place + 1 < octets.count, !isAlphanumeric(octets[place + 1]) {
                    return false
                }
            case UInt8(ascii: "@"):
                if key != "user", key != "spn" { return false }
            case UInt8(ascii: "$"):
                // Only as the last character, where no variable name can follow.
                if key != "account" && key != "user" || place != octets.count - 1 { return false }
            default:
                if !isAlphanumeric(octet) { return false }
            }
        }
        return true
    }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// The host of a service principal name: its second component without port and realm.
    static func host(ofSPN spn: String) -> String? {
        let octets = spn.utf8
        guard let slash = octets.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let host = octets[octets.index(after: slash)...].prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "@")
        }
        return host.isEmpty ? nil : String(decoding: host, as: UTF8.self)
    }

    /// The name of a computer account as directory commands take it: `conn` of `conn$`, `conn$@CORP.EXAMPLE`, `conn`
    /// and
    /// `host/conn.corp.example`. Nil for any other form: what is cut off could have made it another name.
    static func host(ofAccount account: String) -> String? {
        let octets = account.utf8
        let realm = octets.firstIndex(of: UInt8(ascii: "@"))
        if let realm, !isPlain(octets[octets.index(after: realm)...]) { return nil }
        var name = octets[..<(realm ?? octets.endIndex)]
        let isHost = String(decoding: name.prefix(5), as: UTF8.self).lowercased() == "host/"
        if isHost {
            guard isPlain(name.dropFirst(5)) else { return nil }
            name = name.dropFirst(5).prefix { $0 != UInt8(ascii: ".") }
        } else if name.last == UInt8(ascii: "$") {
            name = name.dropLast()
        }
        return isPlain(name) ? String(decoding: name, as: UTF8.self) : nil
    }

    /// Letters, digits, dots, hyphens and underscores, beginning with one of the first two.
    private static func isPlain(_ octets: some Collection<UInt8>) -> Bool {
        guard let first = octets.first, isAlphanumeric(first) else { return false }
        return octets.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
    }
}
