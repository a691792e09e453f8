import Digests
import Dissectors
import PacketModel

/// What a finding is known by, from the day on which it is opened until it is closed: a digest of the rule and of the
/// subjects by which the rule tells its findings apart. The same input gives the same ids, in every run.
public struct FindingID: Hashable, Sendable, CustomStringConvertible {
    private let digest: Digest128

    /// 32 hexadecimal digits.
    public var description: String { digest.hex }

    /// The id of a finding about these subjects, reduced to the parts that count and in the spelling in which they are
    /// compared. `folded` says that it stands for all findings of one source that had no room.
    init(slug: String, _ subjects: Subjects, folded: Bool, _ names: NameTable) {
        var text = slug
        // Each part with its length: no name can pass for two.
        func add(_ part: String?) { text += part.map { "\n\($0.utf8.count) \($0)" } ?? "\n-" }
        for name in [
            subjects.user, subjects.userRealm, subjects.service, subjects.serviceRealm, subjects.account,
            subjects.accountRealm, subjects.realm,
        ] {
            add(names.string(name))
        }
        add(subjects.connector?.description)
        add(subjects.kdc?.description)
        add(subjects.backend?.description)
        if folded { text += "\nfolded" }
        let octets = Array(text.utf8)
        digest = Digests.sha256First128(octets.rawBytes)
    }
}
