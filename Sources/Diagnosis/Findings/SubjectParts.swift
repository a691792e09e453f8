import Collections
import PacketModel
import ByteParsing
import Dissectors

/// The parts of `Subjects`, as a set.
public struct SubjectParts: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let user = SubjectParts(rawValue: 1 << 0)
    public static let userRealm = SubjectParts(rawValue: 1 << 1)
    public static let service = SubjectParts(rawValue: 1 << 2)
    public static let serviceRealm = SubjectParts(rawValue: 1 << 3)
    public static let account = SubjectParts(rawValue: 1 << 4)
    public static let accountRealm = SubjectParts(rawValue: 1 << 5)
    public static let connector = SubjectParts(rawValue: 1 << 6)
    public static let kdc = SubjectParts(rawValue: 1 << 7)
    public static let backend = SubjectParts(rawValue: 1 << 8)
    public static let realm = SubjectParts(rawValue: 1 << 9)

    /// Everything that names somebody or something; the realms of names are not compared, as one
    /// realm is spelled in several ways (its DNS and its NetBIOS name).
    public static let all: SubjectParts = [.user, .service, .account, .connector, .kdc, .backend, .realm]
}

extension Subjects {
    /// Only these parts; the others absent.
    func masked(to parts: SubjectParts) -> Subjects {
        var out = self
        if !parts.contains(.user) { out.user = .none }
        if !parts.contains(.userRealm) { out.userRealm = .none }
        if !parts.contains(.service) { out.service = .none }
        if !parts.contains(.serviceRealm) { out.serviceRealm = .none }
        if !parts.contains(.account) { out.account = .none }
        if !parts.contains(.accountRealm) { out.accountRealm = .none }
        if !parts.contains(.connector) { out.connector = nil }
        if !parts.contains(.kdc) { out.kdc = nil }
        if !parts.contains(.backend) { out.backend = nil }
        if !parts.contains(.realm) { out.realm = .none }
        return out
    }

    /// As much of them as tells most apart.
    var hashWord: UInt64 {
        let names = QuickHash.combine(
            UInt64(user.rawValue) << 32 | UInt64(service.rawValue),
            UInt64(account.rawValue) << 32 | UInt64(realm.rawValue))
        let hosts = QuickHash.combine(
            connector?.hashWord ?? 1,
            (kdc?.hashWord ?? 2) ^ (backend.map { $0.address.hashWord ^ UInt64($0.port) << 48 } ?? 3))
        return names ^ hosts
    }

    /// All names in the one spelling by which they are compared.
    func folded(_ context: RuleContext) -> Subjects {
        var out = self
        out.user = context.fold(user)
        out.userRealm = context.fold(userRealm)
        out.service = context.fold(service)
        out.serviceRealm = context.fold(serviceRealm)
        out.account = context.fold(account)
        out.accountRealm = context.fold(accountRealm)
        out.realm = context.fold(realm)
        return out
    }
}

/// The subjects of several occasions in one: a part is kept while all occasions that have it agree.
///
/// Joining is associative and commutative: absent, then one value, then "several".
struct JoinedSubjects: Sendable, Equatable {
    /// The values as first spelled.
    private(set) var shown: Subjects
    /// The values as compared.
    private var compared: Subjects
    /// Parts with several values.
    private(set) var several: SubjectParts = []

    init(_ subjects: Subjects, folded: Subjects) {
        shown = subjects
        compared = folded
    }

    mutating func join(_ other: JoinedSubjects) {
        var several = several.union(other.several)
        Self.join(.user, &several, &shown.user, &compared.user, other.shown.user, other.compared.user)
        Self.join(
            .userRealm, &several, &shown.userRealm, &compared.userRealm, other.shown.userRealm, other.compared.userRealm
        )
        Self.join(.service, &several, &shown.service, &compared.service, other.shown.service, other.compared.service)
        Self.join(
            .serviceRealm, &several, &shown.serviceRealm, &compared.serviceRealm, other.shown.serviceRealm,
            other.compared.serviceRealm)
        Self.join(.account, &several, &shown.account, &compared.account, other.shown.account, other.compared.account)
        Self.join(
            .accountRealm, &several, &shown.accountRealm, &compared.accountRealm, other.shown.accountRealm,
            other.compared.accountRealm)
        Self.join(.realm, &several, &shown.realm, &compared.realm, other.shown.realm, other.compared.realm)
        Self.join(.connector, &several, &shown.connector, &compared.connector, other.compared.connector)
        Self.join(.kdc, &several, &shown.kdc, &compared.kdc, other.compared.kdc)
        Self.join(.backend, &several, &shown.backend, &compared.backend, other.compared.backend)
        self.several = several
    }

    private static func join(
        _ part: SubjectParts, _ several: inout SubjectParts, _ shown: inout NameID, _ compared: inout NameID,
        _ theirShown: NameID, _ theirs: NameID
    ) {
        if several.contains(part) {
            (shown, compared) = (.none, .none)
        } else if !theirs.isPresent {
            return
        } else if !compared.isPresent {
            (shown, compared) = (theirShown, theirs)
        } else if compared == theirs {
            // Ids are handed out in order of appearance: the smaller one was met first.
            if theirShown.rawValue < shown.rawValue { shown = theirShown }
        } else {
            several.insert(part)
            (shown, compared) = (.none, .none)
        }
    }

    private static func join<Value: Equatable>(
        _ part: SubjectParts, _ several: inout SubjectParts, _ shown: inout Value?,
        _ compared: inout Value?, _ theirs: Value?
    ) {
        if several.contains(part) {
            (shown, compared) = (nil, nil)
            return
        }
        guard let theirs else { return }
        if compared == nil {
            (shown, compared) = (theirs, theirs)
        } else if compared != theirs {
            several.insert(part)
            (shown, compared) = (nil, nil)
        }
    }
}
