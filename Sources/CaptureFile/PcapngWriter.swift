import PacketModel
import ByteParsing

/// Writes the block format octet for octet into a buffer: sections, interfaces, packets, names,
/// secrets, and any other block by its number.
public struct PcapngWriter: Sendable {
    /// The byte order of what is written from here on; it may change at a section.
    public var isBigEndian: Bool

    /// A writer in one byte order.
    public init(isBigEndian: Bool = false) { self.isBigEndian = isBigEndian }

    /// One option of a block.
    public struct Option: Sendable {
        /// The option's number in its kind of block; 1 is a comment everywhere.
        public var code: UInt16
        /// Its octets.
        public var value: [UInt8]

        /// An option of octets.
        public init(_ code: UInt16, _ value: [UInt8]) {
            self.code = code
            self.value = value
        }

        /// An option of text.
        public init(_ code: UInt16, _ text: String) { self.init(code, Array(text.utf8)) }
    }

    /// Appends a section header; its interfaces count from 0 again.
    public func writeSection(length: UInt64 = .max, options: [Option] = [], to buffer: inout ByteBuffer) {
        writeBlock(0x0A0D_0D0A, options: options, to: &buffer) { body in
            body.append(0x1A2B_3C4D as UInt32, bigEndian: isBigEndian)
            body.append(1 as UInt16, bigEndian: isBigEndian)
            body.append(0 as UInt16, bigEndian: isBigEndian)
            body.append(length, bigEndian: isBigEndian)
        }
    }

    /// Appends an interface; without an option 9, its times are in microseconds.
    public func writeInterface(
        linkType: LinkType, snapLength: UInt32 = 0, options: [Option] = [], to buffer: inout ByteBuffer
    ) {
        writeBlock(1, options: options, to: &buffer) { body in
            body.append(linkType.rawValue, bigEndian: isBigEndian)
            body.append(0 as UInt16, bigEndian: isBigEndian)
            body.append(snapLength, bigEndian: isBigEndian)
        }
    }

    /// Appends an enhanced packet whose time is in the interface's units.
    public func writePacket(
        _ packet: RawSpan, units: UInt64, interface: UInt32 = 0, originalLength: Int,
        options: [Option] = [], to buffer: inout ByteBuffer
    ) {
        let octets = packet.copyBytes()
        writeBlock(6, options: options, to: &buffer) { body in
            body.append(interface, bigEndian: isBigEndian)
            body.append(UInt32(truncatingIfNeeded: units >> 32), bigEndian: isBigEndian)
            body.append(UInt32(truncatingIfNeeded: units), bigEndian: isBigEndian)
            body.append(UInt32(clamping: octets.count), bigEndian: isBigEndian)
            body.append(UInt32(clamping: originalLength), bigEndian: isBigEndian)
            body.append(padded: octets)
        }
    }

    /// Appends a simple packet: no time, and the interface is the section's first.
    public func writeSimplePacket(_ packet: [UInt8], originalLength: Int, to buffer: inout ByteBuffer) {
        writeBlock(3, options: [], to: &buffer) { body in
            body.append(UInt32(clamping: originalLength), bigEndian: isBigEndian)
            body.append(padded: packet)
        }
    }

    /// Appends decryption secrets.
    public func writeSecrets(_ secrets: DecryptionSecrets, to buffer: inout ByteBuffer) {
        writeBlock(10, options: [], to: &buffer) { body in
            body.append(secrets.secretsType, bigEndian: isBigEndian)
            body.append(UInt32(clamping: secrets.bytes.count), bigEndian: isBigEndian)
            body.append(padded: secrets.bytes)
        }
    }

    /// Appends names of addresses.
    public func writeNames(_ names: [ResolvedName], to buffer: inout ByteBuffer) {
        writeBlock(4, options: [], to: &buffer) { body in
            for name in names {
                let value = name.address + Array(name.name.utf8) + [0]
                body.append(name.address.count == 4 ? 1 as UInt16 : 2, bigEndian: isBigEndian)
                body.append(UInt16(clamping: value.count), bigEndian: isBigEndian)
                body.append(padded: value)
            }
            body.append(0 as UInt32, bigEndian: isBigEndian)
        }
    }

    /// Appends statistics of an interface: option 5 counts what it lost.
    public func writeStatistics(
        interface: UInt32 = 0, units: UInt64 = 0, options: [Option], to buffer: inout ByteBuffer
    ) {
        writeBlock(5, options: options, to: &buffer) { body in
            body.append(interface, bigEndian: isBigEndian)
            body.append(UInt32(truncatingIfNeeded: units >> 32), bigEndian: isBigEndian)
            body.append(UInt32(truncatingIfNeeded: units), bigEndian: isBigEndian)
        }
    }

    /// Appends a block of any kind.
    public func writeBlock(type: UInt32, body octets: [UInt8], to buffer: inout ByteBuffer) {
        writeBlock(type, options: [], to: &buffer) { $0.append(padded: octets) }
    }

    private func writeBlock(
        _ type: UInt32, options: [Option], to buffer: inout ByteBuffer,
        _ write: (inout ByteBuffer) -> Void
    ) {
        var body = ByteBuffer(capacity: 64)
        write(&body)
        for option in options {
            body.append(option.code, bigEndian: isBigEndian)
            body.append(UInt16(clamping: option.value.count), bigEndian: isBigEndian)
            body.append(padded: option.value)
        }
        if !options.isEmpty { body.append(0 as UInt32, bigEndian: isBigEndian) }
        let length = UInt32(clamping: body.count + 12)
        buffer.append(type, bigEndian: isBigEndian)
        buffer.append(length, bigEndian: isBigEndian)
        buffer.append(body.bytes)
        buffer.append(length, bigEndian: isBigEndian)
    }
}

extension ByteBuffer {
    /// Appends octets and zeros up to the next multiple of four.
    mutating func append(padded octets: [UInt8]) {
        append(octets.rawBytes)
        for _ in 0..<(4 - octets.count % 4) % 4 { append(0 as UInt8) }
    }
}
