import ByteParsing

/// A layer of a packet, or of what it carries, as named in faults and output: those below the messages, those inside
/// of tokens, and each protocol.
public struct Layer: RawRepresentable, Sendable, Hashable, BitwiseCopyable {
    /// Its number: 64 and more are protocols.
    public let rawValue: UInt8

    /// Makes a layer from its number.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The layer of a protocol's messages.
    @inlinable
    public init(_ id: ProtocolID) { rawValue = 64 + id.rawValue }

    /// The protocol; nil of the layers below and of tokens.
    @inlinable
    public var protocolID: ProtocolID? { rawValue >= 64 ? ProtocolID(rawValue: rawValue - 64) : nil }

    /// The link layer: Ethernet, Linux "cooked" and the like.
    @inlinable public static var link: Layer { Layer(rawValue: 0) }
    /// IPv4 and IPv6.
    @inlinable public static var network: Layer { Layer(rawValue: 1) }
    /// TCP, UDP and ICMP.
    @inlinable public static var transport: Layer { Layer(rawValue: 2) }
    /// The frame of a GSS-API token (RFC 2743, 3.1).
    @inlinable public static var gssapi: Layer { Layer(rawValue: 3) }
    /// SPNEGO (RFC 4178).
    @inlinable public static var spnego: Layer { Layer(rawValue: 4) }
    /// NTLMSSP (MS-NLMP).
    @inlinable public static var ntlmssp: Layer { Layer(rawValue: 5) }

    /// The word used in output for a layer that is no protocol of the registry, which knows those.
    public var name: String {
        switch self {
        case .link: "link"
        case .network: "network"
        case .transport: "transport"
        case .gssapi: "gssapi"
        case .spnego: "spnego"
        case .ntlmssp: "ntlmssp"
        default: "layer \(rawValue)"
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
