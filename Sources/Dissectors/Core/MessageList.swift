import PacketModel
import ByteParsing

/// Messages on their way up: what was said lies by protocol in one place, is written there once and read there, for a
/// message
/// is larger than all else that a packet leaves behind.
public struct MessageList: ~Copyable, Sendable {
    /// The protocol of a message. A further one adds its case, and its place.
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        case kerberos, http
    }

    // Not private: other modules name it where they let go of a table, and then the compiler must find it.
    @usableFromInline
    struct Entry: Sendable, BitwiseCopyable {
        @usableFromInline var envelope: MessageEnvelope
        @usableFromInline var kind: Kind
        @usableFromInline var place: Int
    }

    @usableFromInline var entries = RecordArray<Entry>(maximumCount: .max, initialCapacity: 8)
    /// The Kerberos messages; `place` says which is whose. Whoever looks at one takes it `inout`, and need not copy it.
    public var kerberos = RecordArray<KerberosMessage>(maximumCount: .max, initialCapacity: 8)
    /// The HTTP messages; `place` says which is whose.
    public var http = RecordArray<HTTPMessage>(maximumCount: .max, initialCapacity: 8)

    /// An empty list.
    public init() {
        // The first is blank, and what new ones are made from.
        _ = kerberos.append(KerberosMessage.blank)
    }

    /// How many messages there are.
    @inlinable
    public var count: Int { entries.count }

    /// Who, when, which frames.
    @inlinable
    public func envelope(_ index: Int) -> MessageEnvelope { entries[index].envelope }

    /// Of which protocol a message is.
    @inlinable
    public func kind(_ index: Int) -> Kind { entries[index].kind }

    /// Where a message is among those of its protocol.
    @inlinable
    public func place(_ index: Int) -> Int { entries[index].place }

    /// A message with all that belongs to it, as a value of its own.
    public subscript(index: Int) -> Message {
        let entry = entries[index]
        switch entry.kind {
        case .kerberos: return Message(envelope: entry.envelope, body: .kerberos(kerberos[entry.place]))
        case .http: return Message(envelope: entry.envelope, body: .http(http[entry.place]))
        }
    }

    /// All of them, as values of their own.
    public var all: [Message] {
        var out: [Message] = []
        for index in 0..<count { out.append(self[index]) }
        return out
    }

    /// Forgets them; keeps the memory.
    public mutating func removeAll() {
        entries.removeAll()
        kerberos.keepFirst(1)
        http.removeAll()
    }

    /// Reads a Kerberos message where it will stay; `append` must follow.
    @inline(__always)
    mutating func readKerberos<Result>(_ read: (inout KerberosMessage) -> Result) -> Result {
        let place = kerberos.append(copyOf: 0) ?? 0
        return read(&kerberos[place])
    }

    /// Appends the message that was read last.
    mutating func appendKerberos(_ envelope: MessageEnvelope) {
        _ = entries.append(Entry(envelope: envelope, kind: .kerberos, place: kerberos.count - 1))
    }

    mutating func append(_ envelope: MessageEnvelope, http message: inout HTTPMessage) {
        guard let place = http.append(large: &message) else { return }
        _ = entries.append(Entry(envelope: envelope, kind: .http, place: place))
    }

    /// Forgets those from `start` on of which this is true.
    mutating func remove(from start: Int, where isUnwanted: (MessageEnvelope) -> Bool) {
        var kept = start
        for index in start..<max(start, count) where !isUnwanted(entries[index].envelope) {
            entries[kept] = entries[index]
            kept += 1
        }
        entries.keepFirst(kept)
    }
}
