import ByteParsing

/// A protocol layer, as named in faults and output.
public enum Layer: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    case link, network, transport, kerberos, http, gssapi, spnego, ntlmssp

    /// The word used in output.
    public var name: String {
        switch self {
        case .link: "link"
        case .network: "network"
        case .transport: "transport"
        case .kerberos: "kerberos"
        case .http: "http"
        case .gssapi: "gssapi"
        case .spnego: "spnego"
        case .ntlmssp: "ntlmssp"
        }
    }
}

/// Where and why decoding stopped.
public struct LayerFault: Error, Hashable, Sendable, BitwiseCopyable {
    /// Truncated, malformed or unsupported.
    public var kind: FaultKind
    /// The layer that stopped.
    public var layer: Layer
    /// Offset in octets from the start of that layer's message.
    public var offset: Int32

    /// Makes a fault of a layer.
    @inlinable
    public init(_ kind: FaultKind, layer: Layer, at offset: Int) {
        self.kind = kind
        self.layer = layer
        self.offset = Int32(clamping: offset)
    }

    /// Puts a reader's stop into its layer.
    @inlinable
    public init(_ fault: ParseFault, layer: Layer) {
        self.init(fault.kind, layer: layer, at: fault.offset)
    }
}
