import Dissectors
import Exchanges

/// What was read out of the latest names: the same few hosts and services come again with every
/// sign-on, and reading a name costs more than all else that a rule does with it.
///
/// Direct-mapped and bounded: a name that falls on another's place is read anew.
struct NameReadings<Value> {
    private var entries: [(name: NameID, value: Value)?]

    init(count: Int = 256) { entries = Array(repeating: nil, count: max(count, 1)) }

    /// The value of a name, made where it is not at hand.
    mutating func value(of name: NameID, _ read: (NameID) -> Value) -> Value {
        let place = Int(name.rawValue) % entries.count
        if let known = entries[place], known.name == name { return known.value }
        let value = read(name)
        entries[place] = (name, value)
        return value
    }
}

extension RuleContext {
    /// The host of a Host field or authority; nil where there is none, or where a part of it was left out.
    func host(_ name: NameID) -> HostName? {
        guard name.isPresent, name != .empty else { return nil }
        let names = names
        return hostNames.value.value(of: name) { names.string($0).flatMap { $0.contains("…") ? nil : HostName($0) } }
    }

    /// The host of a service principal name; nil where it names none.
    func host(ofService name: NameID) -> HostName? {
        guard name.isPresent else { return nil }
        let names = names
        return serviceHosts.value.value(of: name) { names.string($0).flatMap { HostName(servicePrincipalName: $0) } }
    }

    /// The first label of the host of a service principal name, in lower case; `none` where it names none.
    func hostLabel(ofService name: NameID) -> NameID {
        let names = names
        return hostLabels.value.value(of: name) {
            guard let text = names.string($0), let host = TextValues.host(ofSPN: text) else { return .none }
            let id = names.intern(
                String(decoding: host.lowercased().utf8.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self))
            // Where the table is full, all that did not fit has one id: it says nothing of being the same.
            return id == .overflow ? .none : id
        }
    }

    /// The name without a realm behind `@`, in lower case, as one id for all its spellings.
    func bareName(_ name: NameID) -> NameID {
        if name == .none || name == .overflow || name == .empty { return name }
        let place = Int(name.rawValue & 255)
        let latest = latestBare.value[place]
        if latest >> 32 == UInt64(name.rawValue) { return NameID(rawValue: UInt32(truncatingIfNeeded: latest)) }
        var id = name
        if let text = names.string(name) {
            id = names.intern(
                String(decoding: text.lowercased().utf8.prefix { $0 != UInt8(ascii: "@") }, as: UTF8.self))
            if id == .overflow { id = name }
        }
        latestBare.value[place] = UInt64(name.rawValue) << 32 | UInt64(id.rawValue)
        return id
    }
}
