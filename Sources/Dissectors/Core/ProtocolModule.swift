import PacketModel

/// A protocol, whole: how it is called, who reads it, and what its messages look like when they are written out.
///
/// One folder holds a module's dissectors, its message and that message's members and schema; one line of
/// `ProtocolRegistry.standard` registers it. What joins its messages to exchanges is added in the layer above
/// (`MessageReceiver` in Exchanges), as a conformance of the module.
public protocol ProtocolModule: SendableMetatype {
    /// Its number.
    static var id: ProtocolID { get }
    /// Its name in machine-readable output: of records (`"protocol"`), of faults (`"layer"`), of counts
    /// (`<name>_messages`).
    static var name: String { get }
    /// Its name in sentences.
    static var title: String { get }
    /// Whether it is worth a word that there are no messages of it.
    static var isMissed: Bool { get }
    /// Whether its dissectors can use the secrets that a capture carries. Then captures are looked through for them
    /// before they are read, where they can be.
    static var usesSecrets: Bool { get }
    /// Who reads it in streams.
    static var streams: [any StreamDissector.Type] { get }
    /// Who reads it in datagrams.
    static var datagrams: [any DatagramDissector.Type] { get }
    /// Who finds packets inside of its datagrams.
    static var tunnels: [any PacketTunnel.Type] { get }
    /// The JSON Schema of its records: an object with the definitions that it needs by name, of which `<name>_record`
    /// is the record. nil where it has no messages.
    static var schema: String? { get }
}

extension ProtocolModule {
    public static var isMissed: Bool { false }
    public static var usesSecrets: Bool { false }
    public static var streams: [any StreamDissector.Type] { [] }
    public static var datagrams: [any DatagramDissector.Type] { [] }
    public static var tunnels: [any PacketTunnel.Type] { [] }
    public static var schema: String? { nil }
}
