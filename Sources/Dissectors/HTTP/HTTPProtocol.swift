import PacketModel

/// HTTP/1.0 and 1.1 (RFC 9112), with the tokens of its authentication.
public enum HTTPProtocol: ProtocolModule {
    public static var id: ProtocolID { .http }
    public static var name: String { "http" }
    public static var title: String { "HTTP" }
    public static var isMissed: Bool { true }
    public static var streams: [any StreamDissector.Type] { [HTTPStream.self] }
    public static var schema: String? { String(decoding: PackageResources.http_schema_json, as: UTF8.self) }
}

extension ProtocolID {
    /// HTTP.
    public static var http: ProtocolID { ProtocolID(rawValue: 2) }
}

extension Layer {
    /// HTTP.
    public static var http: Layer { Layer(.http) }
}
