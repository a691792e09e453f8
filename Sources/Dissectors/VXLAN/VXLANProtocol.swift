import ByteParsing
import PacketModel

/// VXLAN (RFC 7348): an Ethernet frame in each datagram, as clouds and mirrors of their networks send it.
public enum VXLANProtocol: ProtocolModule, PacketTunnel {
    public static var id: ProtocolID { .vxlan }
    public static var protocolID: ProtocolID { .vxlan }
    public static var name: String { "vxlan" }
    public static var title: String { "VXLAN" }
    public static var tunnels: [any PacketTunnel.Type] { [VXLANProtocol.self] }

    /// The port that is registered for it, and the one that Linux used before.
    private static let ports: [UInt16] = [4789, 8472]
    /// Octets of its header: flags, 24 bits reserved, the network's number, 8 bits reserved (RFC 7348, 5).
    private static let headerLength = 8
    /// The flag that says that the network's number is there; nothing else may be set.
    private static let hasNetwork: UInt8 = 0x08

    public static func inner(_ bytes: borrowing RawSpan, destinationPort: UInt16) -> (offset: Int, linkType: LinkType)?
    {
        guard ports.contains(destinationPort), bytes.byteCount > headerLength, bytes.u8(0) == hasNetwork,
            bytes.u8(7) == 0
        else { return nil }
        return (headerLength, .ethernet)
    }
}

extension ProtocolID {
    /// VXLAN.
    public static var vxlan: ProtocolID { ProtocolID(rawValue: 4) }
}
