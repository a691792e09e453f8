import ByteParsing

/// Offering the octets of an unclaimed stream to every stream dissector.
public enum Probe {
    /// What came of it.
    public enum Result {
        /// Claimed by the dissector at this place in the context's list.
        case claimed(Int)
        /// More octets may tell.
        case unsure
        /// Nobody's.
        case notMine
    }

    /// Octets gathered of an unclaimed stream before giving up.
    private static let maximumOctets = 64

    private static let tlsHandshake: UInt8 = 0x16

    /// Whether the octets begin like a TLS handshake record (RFC 8446, 5.1).
    public static func isTLS(_ bytes: RawSpan) -> Bool {
        bytes.byteCount >= 3 && bytes.u8(0) == tlsHandshake && bytes.u8(1) == 3
    }

    /// Offers the first octets that a side has sent.
    public static func offer(_ bytes: RawSpan, _ ports: StreamPorts, _ context: DissectionContext) -> Result {
        // Two octets more tell whether it is TLS, which is nobody's and yet worth knowing.
        var isUnsure = bytes.byteCount < 3 && bytes.byteCount > 0 && bytes.u8(0) == tlsHandshake
        var index = 0
        while index < context.streamTypes.count {
            switch context.streamTypes[index].probe(bytes, serverPort: ports.server, clientPort: ports.client) {
            case .certain: return .claimed(index)
            case .unsure: isUnsure = true
            case .notMine: break
            }
            index += 1
        }
        return isUnsure && bytes.byteCount < maximumOctets ? .unsure : .notMine
    }
}
