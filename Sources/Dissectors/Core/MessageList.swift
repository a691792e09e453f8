import ByteParsing
import PacketModel

/// Messages on their way to the layer above, in the order in which they were decoded. Here is where each one is; its
/// content is in the store of its protocol.
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

    private let entries = RefCell(RecordArray<Entry>(maximumCount: .max, initialCapacity: 8))
    /// A store for each protocol of which something reads or has read messages.
    public var stores: [AnyMessageStore] { storeList.value }
    private let storeList = RefCell([AnyMessageStore]())

    /// How many messages there are.
    public var count: Int { entries.value.count }

    /// Where the parts of a message are.
    public subscript(index: Int) -> Entry { entries.value[index] }

    /// A message with all that belongs to it, as a value of its own.
    public func message(_ index: Int) -> Message {
        let entry = entries.value[index]
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
        storeList.value.append(store)
        return store
    }

    /// Forgets the messages; keeps the memory.
    public func removeAll() {
        entries.value.removeAll()
        for index in storeList.value.indices { storeList.value[index].removeAll() }
    }

    /// Appends the message that `read` reads, where it lies.
    func append<Content: MessageContent>(
        to store: MessageStore<Content>, _ envelope: MessageEnvelope, _ read: (inout Content) -> LayerFault?
    ) {
        let index = store.makeBlank()
        let fault = read(&store[index])
        append(envelope, fault, store, index)
    }

    /// Appends a message that was put together elsewhere.
    func append<Content: MessageContent>(
        to store: MessageStore<Content>, _ envelope: MessageEnvelope, _ fault: LayerFault?,
        copying message: inout Content
    ) {
        append(envelope, fault, store, store.makeCopy(of: &message))
    }

    private func append(_ envelope: MessageEnvelope, _ fault: LayerFault?, _ store: AnyMessageStore, _ index: Int) {
        var envelope = envelope
        envelope.fault = fault
        _ = entries.value.append(Entry(envelope: envelope, store: number(of: store), index: index))
    }

    private func number(of store: AnyMessageStore) -> Int {
        var number = 0
        while number < storeList.value.count, storeList.value[number] !== store { number += 1 }
        return number
    }

    /// Forgets those from `start` on of which this is true.
    func remove(from start: Int, where isUnwanted: (MessageEnvelope) -> Bool) {
        var kept = start
        for index in start..<max(start, count) where !isUnwanted(entries.value[index].envelope) {
            entries.value[kept] = entries.value[index]
            kept += 1
        }
        entries.value.keepFirst(kept)
    }
}
