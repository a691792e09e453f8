import PacketModel
import Dissectors
import Exchanges

/// Names and quantities in the words of the reports.
struct Wording {
    let names: NameTable

    /// `alice@CORP.EXAMPLE`, or what is known of it.
    func principal(_ name: NameID, _ realm: NameID) -> String? {
        guard let name = names.string(name) else { return nil }
        // An enterprise name carries its own suffix.
        guard let realm = names.string(realm), !realm.isEmpty, !name.contains("@") else { return name }
        return "\(name)@\(realm)"
    }

    /// The user of a sign-on.
    func user(_ signOn: SignOn) -> String {
        principal(signOn.user.name, signOn.userRealm) ?? "an unknown user"
    }

    /// The service of a sign-on.
    func service(_ signOn: SignOn) -> String {
        names.string(signOn.service.name) ?? signOn.backend.map { Self.unbracketed($0) } ?? "no service yet"
    }

    /// A large number in groups of three: `4,096`.
    static func grouped(_ number: UInt64) -> String {
        let digits = Array(String(number))
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return out
    }

    /// `1 sign-on`, `3 sign-ons`.
    static func count(_ number: UInt64, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// An error's name and number: `KDC_ERR_BADOPTION (13)`.
    static func error(_ code: Int32) -> String {
        KerberosErrorCode(rawValue: code).name.map { "\($0) (\(code))" } ?? "error \(code)"
    }

    /// An NTSTATUS by its name; by its number where it has none.
    static func status(_ status: UInt32) -> String {
        NTStatus(rawValue: status).name ?? "0x" + String(status, radix: 16)
    }

    /// `address:port`, without brackets around an IPv6 address, as the lines of sign-ons have it.
    static func unbracketed(_ endpoint: Endpoint) -> String { "\(endpoint.address):\(endpoint.port)" }

    /// The first six of many, and how many more there are: `2, 4, 6, 8, 10, 12 and 122 more`. `omitted` ones are not in
    /// the list.
    static func firsts<Item>(_ items: [Item], omitted: UInt64 = 0, _ text: (Item) -> String) -> String {
        let shown = items.prefix(6).map(text)
        let more = omitted &+ UInt64(items.count - shown.count)
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    /// `12 more`; nil where there are none.
    static func more(_ count: UInt64) -> String? { count > 0 ? "\(count) more" : nil }
}
