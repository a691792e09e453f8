import ByteParsing
import PacketModel

/// A protocol over single datagrams. One instance serves a run.
public protocol DatagramDissector: AnyObject, SendableMetatype {
    /// The protocol.
    static var protocolID: ProtocolID { get }
    /// Whether the datagram may be this protocol's: a cheap look at ports and first octets.
    static func claims(_ bytes: borrowing RawSpan, sourcePort: UInt16, destinationPort: UInt16) -> Bool

    init(_ context: DissectionContext)

    /// Decodes one datagram and reports its messages to the context. `isCut` says that the capture holds less of it
    /// than was on the wire.
    func dissect(_ bytes: borrowing RawSpan, isCut: Bool)
}

/// A protocol whose datagrams hold a packet each.
public protocol PacketTunnel: SendableMetatype {
    /// The protocol.
    static var protocolID: ProtocolID { get }
    /// Where in a datagram the packet begins, and with what; nil where the datagram is no such.
    static func inner(_ bytes: borrowing RawSpan, destinationPort: UInt16) -> (offset: Int, linkType: LinkType)?
}
