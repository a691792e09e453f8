import Dissectors
import Exchanges

/// Names that no advice may hand a right to: judged by the name alone, and rather once too often.
enum PrivilegedNames {
    /// The built-in administrator and guest in the languages of Windows, and accounts that hold or copy all secrets.
    private static let accounts: Set<String> = [
        "administrator", "administrateur", "administrador", "administratör", "administratore", "amministratore",
        "järjestelmänvalvoja", "rendszergazda", "администратор", "yönetici",
        "guest", "gast", "gäst", "invité", "invitado", "convidado", "vieras", "vendég", "ospite", "гость",
        "krbtgt", "defaultaccount", "wdagutilityaccount", "root",
    ]
    /// Words by which administrators' accounts are told from their daily ones.
    private static let accountWords: Set<String> = [
        "adm", "da", "ea", "sa", "t0", "tier0", "root", "krbtgt", "msol", "aad",
    ]
    /// Words of the names of domain controllers and certification authorities: whoever may act as anybody there owns
    /// the domain.
    private static let hostWords: Set<String> = [
        "dc", "pdc", "bdc", "rodc", "addc", "adds", "ad", "gc", "kdc", "ca", "pki", "adcs", "certsrv", "adfs",
    ]

    /// Whether a user is an administrator, a built-in account or a computer.
    static func isPrivileged(user: String) -> Bool {
        let name = bare(user)
        if name.isEmpty || name.utf8.last == UInt8(ascii: "$") || user.utf8.contains(UInt8(ascii: "/")) { return true }
        return isAdministrator(name)
    }

    /// Whether an account is an administrator's, a built-in one, or a domain controller's.
    static func isPrivileged(account: String) -> Bool {
        var name = bare(account)
        if name.utf8.last == UInt8(ascii: "$") { name.removeLast() }
        return name.isEmpty || isAdministrator(name) || isPrivileged(host: name)
    }

    /// Whether a host is a domain controller or a certification authority by its name, or has none.
    static func isPrivileged(host: String) -> Bool {
        let label = String(
            decoding: host.lowercased().utf8.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: ":") },
            as: UTF8.self)
        if label.isEmpty || HostName(host).isAddress { return true }
        return words(label).contains { word in
            hostWords.contains(String(decoding: word.utf8.filter { $0 < 0x30 || $0 > 0x39 }, as: UTF8.self))
        }
    }

    /// Whether a service principal name is that of a web application. A ticket for a service of any other kind, or for
    /// a web
    /// server on a domain controller, is good for far more than a page.
    static func isWebApplication(service: String) -> Bool {
        let parts = service.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, String(decoding: parts[0], as: UTF8.self).lowercased() == "http" else { return false }
        let host = HostName(Substring(parts[1].prefix { $0 != UInt8(ascii: "@") })).host
        return !isPrivileged(host: host)
    }

    private static func isAdministrator(_ name: String) -> Bool {
        if accounts.contains(name) || name.holds("admin") { return true }
        let words = words(name)
        return [words.first, words.last].contains { $0.map(accountWords.contains) ?? false }
    }

    /// In lower case, without domain and realm.
    private static func bare(_ name: String) -> String {
        var octets = name.lowercased().utf8[...]
        if let mark = octets.lastIndex(of: UInt8(ascii: "\\")) { octets = octets[octets.index(after: mark)...] }
        return String(decoding: octets.prefix { $0 != UInt8(ascii: "@") }, as: UTF8.self)
    }

    private static func words(_ name: String) -> [String] {
        name.utf8.split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
