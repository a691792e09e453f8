import Exchanges
import PacketModel

/// A host and what is known about it.
public struct ReportedHost: Sendable {
    /// Its address.
    public let address: String
    /// What it was seen to do: `connector`, `kdc`, `backend`, `client`.
    public let roles: [String]
    /// A name that the traffic gives it.
    public let name: String?
    /// The realm of a KDC.
    public let realm: String?
    /// How its clock stands against the capture's: `clock 6 min 3 s behind`.
    public let clock: String?
    /// Whether the user said which roles it has.
    public let isRoleGiven: Bool

    /// The roles worth showing: that a connector or backend is a client too goes without saying.
    public var shownRoles: [String] { roles.count > 1 ? roles.filter { $0 != "client" } : roles }

    /// Everything known besides the roles, on one line.
    public var description: String {
        [name, realm.map { "realm \($0)" }, clock, isRoleGiven ? "role given" : nil].compactMap(\.self)
            .joined(separator: ", ")
    }
}

extension HostRoles {
    /// The words used in output, in a fixed order.
    var words: [String] {
        var words: [String] = []
        if contains(.connector) { words.append("connector") }
        if contains(.kdc) { words.append("kdc") }
        if contains(.backend) { words.append("backend") }
        if contains(.client) { words.append("client") }
        return words
    }
}

extension HostClock {
    /// `clock 6 min 3 s behind`, with its uncertainty where that matters.
    var phrase: String {
        let half = (highestOffset / 2 &- lowestOffset / 2).magnitude
        let uncertainty = half > 1_000_000 ? " (+/- \(DurationText.text(nanoseconds: Int64(clamping: half))))" : ""
        if offset.magnitude <= max(half, 1_000_000_000) { return "clock in step\(uncertainty)" }
        let size = DurationText.text(nanoseconds: Int64(clamping: offset.magnitude))
        return "clock \(size) \(offset < 0 ? "behind" : "ahead")\(uncertainty)"
    }
}
