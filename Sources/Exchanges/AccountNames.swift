import Collections
import Dissectors

/// The account part of names in lower case: `alice` of `Alice@corp.example` and of `CORP\\Alice`. What was read of the
/// latest names is kept, as a host's few candidates are compared with each user that comes.
struct AccountNames {
    private struct Account {
        var text: String
        var number: Int
    }
    private var latest = DirectMappedCache<NameID, Account>(slotCount: 256)

    mutating func text(of name: NameID, _ names: NameTable) -> String { account(name, names).text }

    /// Equal for equal texts.
    mutating func number(of name: NameID, _ names: NameTable) -> Int { account(name, names).number }

    private mutating func account(_ name: NameID, _ names: NameTable) -> Account {
        latest.value(of: name) {
            let text = Self.account(names.string($0) ?? "")
            return Account(text: text, number: text.hashValue)
        }
    }

    /// What stands behind the domain and its backslash, up to the `@` of a realm.
    private static func account(_ name: String) -> String {
        let octets = name.utf8
        let start = octets.firstIndex(of: UInt8(ascii: "\\")).map { octets.index(after: $0) } ?? octets.startIndex
        return String(decoding: octets[start...].prefix { $0 != UInt8(ascii: "@") }, as: UTF8.self).lowercased()
    }
}
