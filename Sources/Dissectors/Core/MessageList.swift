import ByteParsing
import PacketModel

/// Messages on their way up, in the order in which they were decoded: what each says lies in the store of its
/// protocol.
public final class MessageList {
    /// Where one message's parts are.
    public struct Entry: Sendable, BitwiseCopyable {
        /// Who sent it to whom, when, in which frames.
        public var envelope: MessageEnvelope
        /// The index, in `stores`, of its protocol's store.
        public var store: Int
        /// Its index there.
        public var index: Int
    }

    private var entries = RecordArray<Entry>(maximumCount: .max, initialCapacity: 8)
    /// A store for each protocol of which something reads or has read messages.
    public private(set) var stores: [AnyMessageStore] = []

    /// How many messages there are.
    public var count: Int { entries.count }

    /// Where the parts of a message are.
    public subscript(index: Int) -> Entry { entries[index] }

    /// A message with all that belongs to it, as a value of its own.
    public func message(_ index: Int) -> Message {
        let entry = entries[index]
        return Message(envelope: entry.envelope, content: stores[entry.store].content(at: entry.index))
    }

    /// All of them, as values of their own.
    public var all: [Message] { (0..<count).map(message) }

    /// The store of a protocol; made when first asked for.
    public func store<Content: MessageContent>(of type: Content.Type) -> MessageStore<Content> {
        for store in stores where store.protocolID == Content.protocolID {
            if let found = store as? MessageStore<Content> { return found }
        }
        let store = MessageStore<Content>()
        stores.append(store)
        return store
    }

    /// Forgets the messages; keeps the memory.
    public func removeAll() {
        entries.removeAll()
        for store in stores { store.removeAll() }
    }

    /// Appends the message that `read` reads, where it lies.
    func append<Content: MessageContent>(
        to store: MessageStore<Content>, _ envelope: MessageEnvelope, _ read: (inout Content) -> LayerFault?
    ) {
        guard let index = store.contents.append(copyOf: 0) else { return }
        let fault = read(&store.contents[index])
        append(envelope, fault, store, index)
    }

    /// Appends a message that was put together elsewhere.
    func append<Content: MessageContent>(
        to store: MessageStore<Content>, _ envelope: MessageEnvelope, _ fault: LayerFault?,
        copying message: inout Content
    ) {
        guard let index = store.contents.append(large: &message) else { return }
        append(envelope, fault, store, index)
    }

    private func append(_ envelope: MessageEnvelope, _ fault: LayerFault?, _ store: AnyMessageStore, _ index: Int) {
        var envelope = envelope
        envelope.fault = fault
        _ = entries.append(Entry(envelope: envelope, store: number(of: store), index: index))
    }

    private func number(of store: AnyMessageStore) -> Int {
        var number = 0
        while number < stores.count, stores[number] !== store { number += 1 }
        return number
    }

    /// Forgets those from `start` on of which this is true.
    func remove(from start: Int, where isUnwanted: (MessageEnvelope) -> Bool) {
        var kept = start
        for index in start..<max(start, count) where !isUnwanted(entries[index].envelope) {
            entries[kept] = entries[index]
            kept += 1
        }
        entries.keepFirst(kept)
    }
}
