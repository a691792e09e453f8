import ByteParsing

/// Kerberos over UDP: one message in each datagram (RFC 4120, 7.2.1).
public enum KerberosDatagram: DatagramDissector {
    public static func claims(_ bytes: borrowing RawSpan, sourcePort: UInt16, destinationPort: UInt16) -> Bool {
        sourcePort == 88 || destinationPort == 88
    }

    /// Reports the datagram's message; nothing where it does not begin like one.
    public static func dissect(_ bytes: borrowing RawSpan, isCut: Bool, into context: DissectionContext) {
        guard bytes.byteCount > 0, KerberosDecoder.isMessageTag(bytes.u8(0)) else { return }
        // A whole datagram that is shorter than its message contradicts itself; one that the capture cut does not.
        let view = copy bytes
        context.emitKerberos(at: 0) {
            KerberosDecoder.decode(view, extent: isCut ? .available : .whole, names: context.names, into: &$0)
        }
    }
}
