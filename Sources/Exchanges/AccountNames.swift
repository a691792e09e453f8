import Dissectors

/// The account part of names in lower case: `alice` of `Alice@corp.example` and of `CORP\\Alice`. What was read of the
/// latest names is kept, as a host's few candidates are compared with each user that comes.
struct AccountNames {
    private var entries: [(name: NameID, text: String, number: Int)] = Array(
        repeating: (.none, "", "".hashValue), count: 256)

    mutating func text(of name: NameID, _ names: NameTable) -> String {
        name.isPresent ? entries[place(of: name, names)].text : ""
    }

    /// Equal for equal texts.
    mutating func number(of name: NameID, _ names: NameTable) -> Int {
        name.isPresent ? entries[place(of: name, names)].number : "".hashValue
    }

    private mutating func place(of name: NameID, _ names: NameTable) -> Int {
        let place = Int(name.rawValue) % entries.count
        if entries[place].name != name {
            let text = Self.account(names.string(name) ?? "")
            entries[place] = (name, text, text.hashValue)
        }
        return place
    }

    /// What stands behind the domain and its backslash, up to the `@` of a realm.
    private static func account(_ name: String) -> String {
        let octets = name.utf8
        let start = octets.firstIndex(of: UInt8(ascii: "\\")).map { octets.index(after: $0) } ?? octets.startIndex
        return String(decoding: octets[start...].prefix { $0 != UInt8(ascii: "@") }, as: UTF8.self).lowercased()
    }
}
