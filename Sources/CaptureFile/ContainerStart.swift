import ByteParsing

/// What the octets at the start of a capture say about its container.
enum ContainerStart {
    /// So many octets are needed to tell.
    case needs(Int)
    /// A classic capture; its header is complete.
    case pcap(PcapFormat)
    /// A block capture; its first section header is where the input begins.
    case pcapng
    /// Something that is not read: the format's name, and what to say about it.
    case unreadable(format: String, FaultKind, String)

    /// Looks at what stands in `buffer` from `position` on.
    init(bytes buffer: borrowing ByteBuffer, at position: Int, inputHasEnded: Bool) {
        self = Self.recognise(buffer.bytes.slice(from: position), inputHasEnded)
    }

    private static func recognise(_ bytes: RawSpan, _ inputHasEnded: Bool) -> ContainerStart {
        if bytes.byteCount < 4, !inputHasEnded { return .needs(4) }
        if PcapFormat.matches(bytes) {
            if bytes.byteCount < PcapFormat.headerLength {
                return inputHasEnded
                    ? .unreadable(format: "pcap", .truncated, "the capture ends within its file header")
                    : .needs(PcapFormat.headerLength)
            }
            if let format = PcapFormat(header: bytes) { return .pcap(format) }
            return .unreadable(format: "pcap", .unsupported, "this version of the pcap format is not read")
        }
        if PcapngFormat.matches(bytes) { return .pcapng }
        // A cut inside the first four octets of a capture cannot be told from anything else.
        if bytes.byteCount < ForeignFormat.signatureLength, !inputHasEnded {
            return .needs(ForeignFormat.signatureLength)
        }
        return .unreadable(
            format: "unknown", bytes.byteCount == 0 ? .truncated : .unsupported, ForeignFormat.message(for: bytes))
    }
}
