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
        several.formUnion(other.several)
        name(\.user, .user, other)
        name(\.userRealm, .userRealm, other)
        name(\.service, .service, other)
        name(\.serviceRealm, .serviceRealm, other)
        name(\.account, .account, other)
        name(\.accountRealm, .accountRealm, other)
        name(\.realm, .realm, other)
        place(\.connector, .connector, other)
        place(\.kdc, .kdc, other)
        place(\.backend, .backend, other)
    }

    private mutating func name(_ path: WritableKeyPath<Subjects, NameID>, _ part: SubjectParts, _ other: JoinedSubjects) {
        if several.contains(part) { return clear(path, to: .none) }
        let theirs = other.compared[keyPath: path]
        if !theirs.isPresent { return }
        let ours = compared[keyPath: path]
        if !ours.isPresent {
            compared[keyPath: path] = theirs
            shown[keyPath: path] = other.shown[keyPath: path]
        } else if ours == theirs {
            // Ids are handed out in order of appearance: the smaller one was met first.
            if other.shown[keyPath: path].rawValue < shown[keyPath: path].rawValue {
                shown[keyPath: path] = other.shown[keyPath: path]
            }
        } else {
            several.insert(part)
            clear(path, to: .none)
        }
    }

    private mutating func place<Value: Equatable>(
        _ path: WritableKeyPath<Subjects, Value?>, _ part: SubjectParts, _ other: JoinedSubjects
    ) {
        if several.contains(part) { return clear(path, to: nil) }
        guard let theirs = other.compared[keyPath: path] else { return }
        guard let ours = compared[keyPath: path] else {
            compared[keyPath: path] = theirs
            shown[keyPath: path] = theirs
            return
        }
        if ours != theirs {
            several.insert(part)
            clear(path, to: nil)
        }
    }

    private mutating func clear<Value>(_ path: WritableKeyPath<Subjects, Value>, to nothing: Value) {
        shown[keyPath: path] = nothing
        compared[keyPath: path] = nothing
    }
}
