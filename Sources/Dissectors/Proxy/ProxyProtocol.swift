import PacketModel

/// The PROXY protocol of load balancers, versions 1 and 2: a header before the first octet of a connection, which says
/// whose it is. What follows is another protocol's stream.
public enum ProxyProtocol: ProtocolModule {
    public static var id: ProtocolID { .proxy }
    public static var name: String { "proxy" }
    public static var title: String { "PROXY protocol" }
    public static var streams: [any StreamDissector.Type] { [ProxyStream.self] }
    public static var schema: String? { String(decoding: PackageResources.proxy_schema_json, as: UTF8.self) }
}

extension ProtocolID {
    /// The PROXY protocol.
    public static var proxy: ProtocolID { ProtocolID(rawValue: 3) }
}

extension Layer {
    /// The PROXY protocol.
    public static var proxy: Layer { Layer(.proxy) }
}
