import ByteParsing
import PacketModel

/// The header that a proxy puts before a connection that it makes for somebody else.
public struct ProxyMessage: MessageContent {
    public static var protocolID: ProtocolID { .proxy }
    public static let blank = ProxyMessage()

    /// 1 for the line of text, 2 for the binary header.
    public var version: UInt8 = 0
    /// Whether the proxy speaks for itself (LOCAL, UNKNOWN), as in a health check.
    public var isLocal = true
    /// Whose connection it is, and where it led; nil where the header does not say.
    public var client: Endpoint?
    public var server: Endpoint?
    /// Octets of the header.
    public var headerBytes: Int32 = 0

    public func forEachName(_ body: (NameID) -> Void) {}

    public func writeMembers(to json: inout JSONWriter) {
        json.member("version", number: version)
        json.member("local", isLocal)
        json.member("client", client?.address)
        json.member("client_port", number: client?.port)
        json.member("server", server?.address)
        json.member("server_port", number: server?.port)
        json.member("header_bytes", number: headerBytes)
    }
}
