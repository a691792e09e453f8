import PacketModel

/// A decoded message with its envelope, as a value of its own.
public struct Message: Sendable {
    /// Who, when, which frames.
    public var envelope: MessageEnvelope
    /// What it says.
    public var content: any MessageContent

    /// Makes a message.
    public init(envelope: MessageEnvelope, content: any MessageContent) {
        self.envelope = envelope
        self.content = content
    }

    /// The protocol.
    public var protocolID: ProtocolID { type(of: content).protocolID }
}
