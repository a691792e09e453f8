import ByteParsing
import PacketModel

/// The messages of one protocol that are on their way up, whatever the protocol.
public class AnyMessageStore {
    /// The protocol.
    public let protocolID: ProtocolID
    /// The index of the newest message; 0 where there is none. Here, and not where messages are typed, so that
    /// forgetting all costs nothing.
    fileprivate let newest = Cell(0)

    fileprivate init(_ protocolID: ProtocolID) { self.protocolID = protocolID }

    /// What a message says, as a value of its own.
    public func content(at index: Int) -> any MessageContent { preconditionFailure("a store of no protocol") }

    /// Writes the members of a message.
    public func writeMembers(at index: Int, to json: inout JSONWriter) {
        preconditionFailure("a store of no protocol")
    }

    /// Forgets the messages; keeps the memory.
    final func removeAll() { newest.value = 0 }
}

/// The messages of one protocol that are on their way to the layer above. Messages are large: each is written once, in
/// its place here, and read there as an `inout` argument, so that it is never copied.
public final class MessageStore<Content: MessageContent>: AnyMessageStore {
    // From the layers above, too, messages are read where they lie: as a call of this module's the access would take
    // memory for each of them.
    @usableFromInline let contents = RefCell(RecordArray<Content>(maximumCount: .max, initialCapacity: 8))

    /// A message; the first one is blank, and what new ones are made from.
    public subscript(index: Int) -> Content {
        @inlinable _read { yield contents.value[index] }
        @inlinable _modify { yield &contents.value[index] }
    }

    init() {
        super.init(Content.protocolID)
        _ = contents.value.append(Content.blank)
    }

    public override func content(at index: Int) -> any MessageContent { contents.value[index] }

    public override func writeMembers(at index: Int, to json: inout JSONWriter) {
        contents.value[index].writeMembers(to: &json)
    }

    /// The index of a new message, blank.
    @inline(__always)
    func makeBlank() -> Int {
        let index = newest.value + 1
        newest.value = index
        if index < contents.value.count {
            contents.value.copy(from: 0, to: index)
        } else {
            _ = contents.value.append(copyOf: 0)
        }
        return index
    }

    /// The index of a copy of a message that was put together elsewhere.
    @inline(__always)
    func makeCopy(of message: inout Content) -> Int {
        let index = newest.value + 1
        newest.value = index
        if index < contents.value.count {
            contents.value[index] = message
        } else {
            _ = contents.value.append(large: &message)
        }
        return index
    }
}
