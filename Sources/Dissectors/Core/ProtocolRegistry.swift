import PacketModel

/// The protocols that a run reads, as a value.
public struct ProtocolRegistry: Sendable {
    /// Every protocol that this program knows: a further one is a folder and a line here. An unclaimed stream is
    /// offered to them in this order.
    public static let standard = ProtocolRegistry([
        ProxyProtocol.self,
        KerberosProtocol.self,
        HTTPProtocol.self,
        VXLANProtocol.self,
    ])

    /// The modules, in the order in which an unclaimed stream or datagram is offered to them.
    public let modules: [any ProtocolModule.Type]

    /// A registry of these modules.
    public init(_ modules: [any ProtocolModule.Type]) { self.modules = modules }

    /// The same with further modules behind these.
    public func adding(_ more: [any ProtocolModule.Type]) -> ProtocolRegistry { ProtocolRegistry(modules + more) }

    /// The modules that have messages.
    public var withMessages: [any ProtocolModule.Type] { modules.filter { $0.schema != nil } }

    /// The modules whose messages are counted in output: those of which there are some, and those that are missed where
    /// there are none.
    public func counted(in counts: ProtocolCounts) -> [any ProtocolModule.Type] {
        withMessages.filter { $0.isMissed || counts[$0.id] > 0 }
    }

    /// Whether one of them can use secrets.
    public var usesSecrets: Bool { modules.contains { $0.usesSecrets } }

    /// Who reads streams.
    public var streams: [any StreamDissector.Type] { modules.flatMap { $0.streams } }

    /// Who reads datagrams.
    public var datagrams: [any DatagramDissector.Type] { modules.flatMap { $0.datagrams } }

    /// Who finds packets inside of datagrams.
    public var tunnels: [any PacketTunnel.Type] { modules.flatMap { $0.tunnels } }

    /// The name of a protocol in machine-readable output.
    public func name(of id: ProtocolID) -> String {
        modules.first { $0.id == id }.map { $0.name } ?? "protocol \(id.rawValue)"
    }

    /// The name of a layer in machine-readable output.
    public func name(of layer: Layer) -> String { layer.protocolID.map { name(of: $0) } ?? layer.name }
}
