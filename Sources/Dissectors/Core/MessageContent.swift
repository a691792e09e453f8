import ByteParsing
import PacketModel

/// What a message of one protocol says, decoded: numbers, times and names, no bytes.
///
/// A value of a fixed size, for messages are written once where they lie and read there. Texts are names in the
/// run's table.
public protocol MessageContent: Sendable, BitwiseCopyable {
    /// The protocol.
    static var protocolID: ProtocolID { get }
    /// A message of which nothing has been read: what each new one is made from.
    static var blank: Self { get }
    /// Calls `body` with every name that the message holds. A layer that keeps the message must keep these names, too.
    func forEachName(_ body: (NameID) -> Void)
    /// Writes the members that a record of the message has behind those that every record has. The schema of the
    /// protocol's module describes them.
    func writeMembers(to json: inout JSONWriter)
}
