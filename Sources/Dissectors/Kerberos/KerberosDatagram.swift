import ByteParsing
import PacketModel

/// Kerberos over UDP: one message in each datagram (RFC 4120, 7.2.1).
public final class KerberosDatagram: DatagramDissector {
    public static var protocolID: ProtocolID { .kerberos }

    private let context: DissectionContext
    private let messages: MessageStore<KerberosMessage>

    public init(_ context: DissectionContext) {
        self.context = context
        messages = context.store(of: KerberosMessage.self)
    }

    public static func claims(_ bytes: borrowing RawSpan, sourcePort: UInt16, destinationPort: UInt16) -> Bool {
        sourcePort == 88 || destinationPort == 88
    }

    /// Reports the datagram's message; nothing where it does not begin like one.
    public func dissect(_ bytes: borrowing RawSpan, isCut: Bool) {
        guard bytes.byteCount > 0, KerberosDecoder.isMessageTag(bytes.u8(0)) else { return }
        // A whole datagram that is shorter than its message contradicts itself; one that the capture cut does not.
        let view = copy bytes
        context.emit(to: messages, at: 0) {
            KerberosDecoder.decode(view, extent: isCut ? .available : .whole, names: context.names, into: &$0)
                .map { LayerFault($0, layer: .kerberos) }
        }
    }
}
