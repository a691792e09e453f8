import PacketModel
import ByteParsing

extension NTLMMessage {
    /// Whether the octets begin with the signature of NTLMSSP (MS-NLMP 2.2.1).
    static func isSigned(_ bytes: RawSpan) -> Bool { bytes.hasASCII("NTLMSSP\0") }

    /// Reads one message: its flags, names, and the server's clock. Responses, challenges and keys
    /// are stepped over unread. `isCut` says that octets are missing at the end. `text` is scratch.
    /// Throws where the reading stopped; what was read before it is kept.
    mutating func decode(_ bytes: RawSpan, isCut: Bool, names: NameTable, text: inout ByteBuffer) throws(ParseFault) {
        let short = ParseFault(isCut ? .truncated : .malformed, at: bytes.byteCount)
        guard Self.isSigned(bytes) else { throw ParseFault(.malformed, at: 0) }
        guard bytes.byteCount >= 12 else { throw short }
        type = bytes.le32(8)
        let reader = NTLMFieldReader(bytes: bytes, isCut: isCut, names: names)
        switch type {
        case 1: try decodeNegotiate(reader, &text)
        case 2: try decodeChallenge(reader, &text)
        case 3: try decodeAuthenticate(reader, &text)
        default: throw ParseFault(.unsupported, at: 8)
        }
    }

    /// NEGOTIATE_MESSAGE (2.2.1.1); its names are always in the OEM character set.
    private mutating func decodeNegotiate(
        _ reader: borrowing NTLMFieldReader, _ text: inout ByteBuffer
    ) throws(ParseFault) {
        flags = try reader.le32(12)
        if flags & NTLMFlags.domainSupplied != 0 {
            domain = try reader.name(at: 16, isUnicode: false, &text)
        }
        if flags & NTLMFlags.workstationSupplied != 0 {
            workstation = try reader.name(at: 24, isUnicode: false, &text)
        }
    }

    /// CHALLENGE_MESSAGE (2.2.1.2). Old servers end it before TargetInfo.
    private mutating func decodeChallenge(
        _ reader: borrowing NTLMFieldReader, _ text: inout ByteBuffer
    ) throws(ParseFault) {
        flags = try reader.le32(20)
        domain = try reader.name(at: 12, isUnicode: flags & NTLMFlags.unicode != 0, &text)
        guard flags & NTLMFlags.targetInfo != 0, let info = try reader.payload(at: 40) else { return }
        try decodeTargetInfo(info, base: reader.payloadOffset(at: 40), isCut: reader.isCut, reader.names, &text)
    }

    /// The AV_PAIR list (2.2.2.1), always in Unicode.
    private mutating func decodeTargetInfo(
        _ info: RawSpan, base: Int, isCut: Bool, _ names: NameTable, _ text: inout ByteBuffer
    ) throws(ParseFault) {
        var position = 0
        while info.byteCount - position >= 4 {
            let id = info.le16(position)
            let length = Int(info.le16(position + 2))
            if id == 0 { return }
            guard info.byteCount - position - 4 >= length else {
                throw ParseFault(isCut ? .truncated : .malformed, at: base + position)
            }
            let value = info.slice(position + 4, position + 4 + length)
            switch id {
            case 1: computer = NTLMFieldReader.unicode(value, names, &text)
            case 3: dnsComputer = NTLMFieldReader.unicode(value, names, &text)
            case 4: dnsDomain = NTLMFieldReader.unicode(value, names, &text)
            case 7 where length == 8: timestamp = Self.time(ofFileTime: value.le64(0))
            default: break
            }
            position += 4 + length
        }
        // The list is there to its announced end, but its terminator (MsvAvEOL) is not.
        throw ParseFault(isCut ? .truncated : .malformed, at: base + position)
    }

    /// AUTHENTICATE_MESSAGE (2.2.1.3). The oldest clients end the header before the flags: their
    /// names are in the OEM character set.
    private mutating func decodeAuthenticate(
        _ reader: borrowing NTLMFieldReader, _ text: inout ByteBuffer
    ) throws(ParseFault) {
        let lmLength = Int(try reader.le16(12))
        let ntLength = Int(try reader.le16(20))
        let userLength = Int(try reader.le16(36))
        _ = try reader.le32(48)
        isAnonymous = userLength == 0 && ntLength == 0 && lmLength <= 1
        let firstPayload = reader.firstPayloadOffset(of: [12, 20, 28, 36, 44])
        if firstPayload >= 64 { flags = try reader.le32(60) }
        let isUnicode = flags & NTLMFlags.unicode != 0
        domain = try reader.name(at: 28, isUnicode: isUnicode, &text)
        user = try reader.name(at: 36, isUnicode: isUnicode, &text)
        workstation = try reader.name(at: 44, isUnicode: isUnicode, &text)
    }

    /// A FILETIME (MS-DTYP 2.3.3), 100 ns since 1601, as an instant; nil where it is unset or lies
    /// outside what an instant holds.
    static func time(ofFileTime value: UInt64) -> CaptureTime? {
        guard value != 0, value <= UInt64(Int64.max) else { return nil }
        let sinceEpoch = Int64(value) - 116_444_736_000_000_000
        let (nanoseconds, overflow) = sinceEpoch.multipliedReportingOverflow(by: 100)
        return overflow ? nil : CaptureTime(nanoseconds: nanoseconds)
    }
}

/// NegotiateFlags that say how the rest is read (2.2.2.5).
private enum NTLMFlags {
    static let unicode: UInt32 = 0x0000_0001
    static let domainSupplied: UInt32 = 0x0000_1000
    static let workstationSupplied: UInt32 = 0x0000_2000
    static let targetInfo: UInt32 = 0x0080_0000
}
