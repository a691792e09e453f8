import ByteParsing

/// Unpacks a compressed stream piece by piece, in bounded memory.
public protocol StreamDecoder: AnyObject {
    /// Unpacks from the front of `input` behind the end of `output`, at most `room` octets, and
    /// returns how many; 0 means that more input is needed. Everything in front of damage is given before the fault
    /// is thrown, however the input was cut into pieces.
    func decode(_ input: inout ByteBuffer, into output: inout ByteBuffer, room: Int) throws(DecodingFault) -> Int
    /// Takes the memory that the stream which `input` begins with asks for, as far as that can be told yet.
    func prepare(_ input: borrowing ByteBuffer) throws(DecodingFault)
    /// Whether the input may end here: no stream has been begun that is not complete.
    var isComplete: Bool { get }
}

/// Why a compressed stream cannot be unpacked further.
public struct DecodingFault: Error, Hashable, Sendable {
    /// Malformed, or of a form that is not read.
    public var kind: FaultKind
    /// What happened, for a person.
    public var message: String
}

/// The kinds of compression that are recognised by their first octets.
public enum CompressionFormat: String, Sendable, Hashable {
    /// RFC 1952, any number of members.
    case gzip
    /// RFC 8878, any number of frames.
    case zstd

    /// The first octets needed to tell.
    public static let signatureLength = 4

    /// What `bytes` begin with; nil where it is no compression that is read.
    public init?(signature bytes: RawSpan) {
        if bytes.byteCount >= 3, bytes.u8(0) == 0x1F, bytes.u8(1) == 0x8B, bytes.u8(2) == 8 {
            self = .gzip
        } else if bytes.byteCount >= 4, bytes.le32(0) == 0xFD2F_B528 || bytes.le32(0) & 0xFFFF_FFF0 == 0x184D_2A50 {
            self = .zstd
        } else {
            return nil
        }
    }

    /// A decoder for the format whose windows come out of `share`; nil where memory is short.
    public func makeDecoder(share: WindowShare) -> (any StreamDecoder)? {
        switch self {
        case .gzip: GzipDecoder()
        case .zstd: ZstdDecoder(share: share)
        }
    }
}
