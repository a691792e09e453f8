import ByteParsing
import PacketModel

/// The messages of one protocol that are on their way up, whatever the protocol.
public class AnyMessageStore {
    /// The protocol.
    public let protocolID: ProtocolID

    fileprivate init(_ protocolID: ProtocolID) { self.protocolID = protocolID }

    /// What a message says, as a value of its own.
    public func content(at index: Int) -> any MessageContent { preconditionFailure("a store of no protocol") }

    /// Writes the members of a message.
    public func writeMembers(at index: Int, to json: inout JSONWriter) {
        preconditionFailure("a store of no protocol")
    }

    func removeAll() {}
}

/// The messages of one protocol that are on their way up. They are large beside all else that a packet leaves behind:
/// each is written once where it lies, and whoever reads one takes it `inout`, so that it need not be copied.
public final class MessageStore<Content: MessageContent>: AnyMessageStore {
    /// The messages; the first one is blank, and what new ones are made from.
    public var contents = RecordArray<Content>(maximumCount: .max, initialCapacity: 8)

    init() {
        super.init(Content.protocolID)
        _ = contents.append(Content.blank)
    }

    public override func content(at index: Int) -> any MessageContent { contents[index] }

    public override func writeMembers(at index: Int, to json: inout JSONWriter) {
        contents[index].writeMembers(to: &json)
    }

    override func removeAll() { contents.keepFirst(1) }
}
