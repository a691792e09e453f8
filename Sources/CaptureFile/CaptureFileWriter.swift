import PacketModel
import ByteParsing
import Platform

/// Writes packets of any link types to a pcapng file, with nanoseconds: one interface per link type.
public final class CaptureFileWriter {
    private var file: OutputFile
    private let writer = PcapngWriter()
    private var buffer = ByteBuffer(capacity: 1 << 17)
    private var linkTypes: [LinkType] = []

    private static let flushOctets = 1 << 16

    /// Writes to `file`, which it owns from here on.
    public init(_ file: consuming OutputFile, application: String = "kcdtrace") {
        self.file = file
        writer.writeSection(options: [PcapngWriter.Option(4, application)], to: &buffer)
    }

    /// Writes one packet. A packet without a time becomes one of 1970: the format's simple packets
    /// would lose its link type.
    public func write(_ packet: RawSpan, time: CaptureTime?, originalLength: Int, linkType: LinkType)
        throws(SystemError)
    {
        let interface: Int
        if let known = linkTypes.firstIndex(of: linkType) {
            interface = known
        } else {
            interface = linkTypes.count
            linkTypes.append(linkType)
            // Option 9 with 9: nanoseconds.
            writer.writeInterface(linkType: linkType, options: [PcapngWriter.Option(9, [9])], to: &buffer)
        }
        writer.writePacket(
            packet, units: UInt64(max(time?.nanoseconds ?? 0, 0)), interface: UInt32(interface),
            originalLength: originalLength, to: &buffer)
        if buffer.count >= Self.flushOctets { try flush() }
    }

    /// Writes out what is still held and puts the file in its place. Nothing else does that at the end.
    public func finish() throws(SystemError) {
        try flush()
        try file.commit()
    }

    private func flush() throws(SystemError) {
        defer { buffer.removeAll() }
        try Self.write(buffer, file)
    }

    private static func write(_ buffer: borrowing ByteBuffer, _ file: borrowing OutputFile) throws(SystemError) {
        try file.writeAll(buffer.bytes)
    }
}
