import ByteParsing

/// Kerberos over TCP: each message behind a four-octet length (RFC 4120, 7.2.2).
public final class KerberosStream: StreamDissector {
    public init() {}
    public static func probe(_ bytes: borrowing RawSpan, serverPort: UInt16, clientPort: UInt16) -> ProbeVerdict {
        .notMine
    }
    public func consume(_ bytes: borrowing RawSpan, from direction: Direction, into context: DissectionContext) -> StreamStep {
        StreamStep(taken: bytes.byteCount)
    }
    public func gap(_ unfinished: borrowing RawSpan, length: Int, from direction: Direction, into context: DissectionContext) {}
    public func finish(_ unfinished: borrowing RawSpan, ending: StreamEnding, from direction: Direction, into context: DissectionContext) {}
}
/// Kerberos over UDP (RFC 4120, 7.2.1).
public enum KerberosDatagram: DatagramDissector {
    public static func claims(_ bytes: borrowing RawSpan, sourcePort: UInt16, destinationPort: UInt16) -> Bool {
        sourcePort == 88 || destinationPort == 88
    }
    public static func dissect(_ bytes: borrowing RawSpan, isCut: Bool, into context: DissectionContext) {}
}
