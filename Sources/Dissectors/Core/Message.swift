import PacketModel

/// A decoded message's content. A further protocol adds its case here.
public enum MessageBody: Sendable {
    case kerberos(KerberosMessage)
    case http(HTTPMessage)
}

/// A decoded message with its envelope.
public struct Message: Sendable {
    /// Who, when, which frames.
    public var envelope: MessageEnvelope
    /// What was said.
    public var body: MessageBody

    /// Makes a message.
    public init(envelope: MessageEnvelope, body: MessageBody) {
        self.envelope = envelope
        self.body = body
    }
}
