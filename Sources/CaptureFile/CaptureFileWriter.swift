import ByteParsing
import Platform

/// Writes packets of any link types to a pcapng file, with nanoseconds: one interface per link type.
public final class CaptureFileWriter {
    private let descriptor: FileDescriptor
    private let writer = PcapngWriter()
    private var buffer = ByteBuffer(capacity: 1 << 17)
    private var linkTypes: [LinkType] = []

    private static let flushOctets = 1 << 16

    /// Creates the file, or empties the one that stands there.
    public convenience init(path: PathName, application: String = "kcdtrace") throws(SystemError) {
        self.init(try FileDescriptor.create(path), application: application)
    }

    /// Writes to an open file or pipe.
    public init(_ descriptor: consuming FileDescriptor, application: String = "kcdtrace") {
        self.descriptor = descriptor
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

    /// Writes out what is still held. Nothing else does that at the end.
    public func flush() throws(SystemError) {
        defer { buffer.removeAll() }
        try Self.write(buffer, descriptor)
    }

    private static func write(_ buffer: borrowing ByteBuffer, _ descriptor: borrowing FileDescriptor)
        throws(SystemError)
    {
        try descriptor.writeAll(buffer.bytes)
    }
}
