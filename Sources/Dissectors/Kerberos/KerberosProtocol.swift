import PacketModel

/// Kerberos V5 (RFC 4120) over UDP and TCP.
public enum KerberosProtocol: ProtocolModule {
    public static var id: ProtocolID { .kerberos }
    public static var name: String { "kerberos" }
    public static var title: String { "Kerberos" }
    public static var isMissed: Bool { true }
    public static var streams: [any StreamDissector.Type] { [KerberosStream.self] }
    public static var datagrams: [any DatagramDissector.Type] { [KerberosDatagram.self] }
    public static var schema: String? { String(decoding: PackageResources.kerberos_schema_json, as: UTF8.self) }
}

extension ProtocolID {
    /// Kerberos.
    public static var kerberos: ProtocolID { ProtocolID(rawValue: 1) }
}

extension Layer {
    /// Kerberos.
    public static var kerberos: Layer { Layer(.kerberos) }
}
