import Dissectors
import Exchanges

/// What was read out of the latest names: the same few hosts, users and services come again with every sign-on, and
/// reading a name costs more than all else that a rule does with it.
///
/// Direct-mapped and bounded: a name that falls on another's entry is read anew.
struct NameReadings<Value> {
    private var entries: [(name: NameID, value: Value)?]

    init(count: Int) { entries = Array(repeating: nil, count: max(count, 1)) }

    /// The value of a name, made where it is not at hand.
    mutating func value(of name: NameID, _ read: (NameID) -> Value) -> Value {
        let index = Int(name.rawValue) % entries.count
        if let known = entries[index], known.name == name { return known.value }
        let value = read(name)
        entries[index] = (name, value)
        return value
    }
}

/// The latest names in the forms in which rules compare them.
struct NameForms {
    fileprivate var folded = NameReadings<NameID>(count: 4096)
    fileprivate var bare = NameReadings<NameID>(count: 4096)
    fileprivate var hosts = NameReadings<HostName?>(count: 4096)
    fileprivate var serviceHosts = NameReadings<HostName?>(count: 4096)
    fileprivate var hostLabels = NameReadings<NameID>(count: 4096)
    fileprivate var proxyTargets = NameReadings<Bool>(count: 256)
}

extension RuleContext {
    /// Whether a principal is a computer account (its name ends in `$`).
    public func isComputer(_ principal: Principal) -> Bool { names.hasSuffix(principal.name, UInt8(ascii: "$")) }

    /// The name in lower case, as one id for all its spellings: directories compare names that way.
    public func fold(_ name: NameID) -> NameID {
        if name == .none || name == .overflow || name == .empty { return name }
        let names = names
        return nameForms.value.folded.value(of: name) {
            guard let text = names.string($0) else { return $0 }
            let lower = text.lowercased()
            let id = lower == text ? $0 : names.intern(lower)
            return id == .overflow ? $0 : id
        }
    }

    /// The name without a realm behind `@`, in lower case, as one id for all its spellings.
    public func bareName(_ name: NameID) -> NameID {
        if name == .none || name == .overflow || name == .empty { return name }
        let names = names
        return nameForms.value.bare.value(of: name) {
            guard let text = names.string($0) else { return $0 }
            let bare = text.lowercased().utf8.prefix { $0 != UInt8(ascii: "@") }
            let id = names.intern(String(decoding: bare, as: UTF8.self))
            return id == .overflow ? $0 : id
        }
    }

    /// The host of a Host field or authority; nil where there is none, or where a part of it was left out.
    public func host(_ name: NameID) -> HostName? {
        guard name.isPresent, name != .empty else { return nil }
        let names = names
        return nameForms.value.hosts.value(of: name) {
            names.string($0).flatMap { $0.contains("…") ? nil : HostName($0) }
        }
    }

    /// The host of a service principal name; nil where it names none.
    public func host(ofService name: NameID) -> HostName? {
        guard name.isPresent else { return nil }
        let names = names
        return nameForms.value.serviceHosts.value(of: name) {
            names.string($0).flatMap { HostName(servicePrincipalName: $0) }
        }
    }

    /// The first label of the host of a service principal name, in lower case; `none` where it names none.
    public func hostLabel(ofService name: NameID) -> NameID {
        let names = names
        return nameForms.value.hostLabels.value(of: name) {
            guard let text = names.string($0), let host = TextValues.host(ofSPN: text) else { return .none }
            let id = names.intern(
                String(decoding: host.lowercased().utf8.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self))
            // Where the table is full, all that did not fit has one id: it says nothing of being the same.
            return id == .overflow ? .none : id
        }
    }

    /// Whether a request target is in the absolute form, which only proxies get (RFC 9112, 3.2.2).
    func isAbsolute(target: NameID) -> Bool {
        guard target.isPresent else { return false }
        let names = names
        return nameForms.value.proxyTargets.value(of: target) {
            names.begins($0, "http://") || names.begins($0, "https://")
        }
    }
}
