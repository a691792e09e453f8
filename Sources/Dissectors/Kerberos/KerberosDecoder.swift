import ByteParsing
import Digests

/// Decodes Kerberos 5 messages (RFC 4120, 5.4 to 5.9, with the extensions of MS-KILE and MS-SFU).
///
/// Decoding is progressive: each field goes into the message as it is read. Where the octets end
/// early, or a field contradicts the standard, what stands beside it is still read, and the first
/// fault is returned.
public enum KerberosDecoder {
    /// What the end of the octets means.
    public enum Extent: Sendable {
        /// The octets are what there is: a message that announces more is truncated.
        case available
        /// The octets are the whole message by another account, such as a TCP record mark: a
        /// message that announces more contradicts it.
        case whole
    }

    /// Decodes the message at the start of `bytes`, in the place of what `message` held; octets after it are not looked
    /// at.
    ///
    /// Returns the first fault, its offset counted from the start of `bytes`; nil where the whole
    /// message was read. KRB-SAFE, KRB-PRIV and KRB-CRED are `unsupported` beyond their type.
    public static func decode(
        _ bytes: RawSpan, extent: Extent = .available, names: NameTable, into message: inout KerberosMessage
    ) -> ParseFault? {
        // One type of message shares room with another: two of them are never read into one.
        if message.type.rawValue != 0 || message.length != 0 { forget(&message) }
        if UsualKerberos.read(bytes, names: names, into: &message) { return nil }
        forget(&message)
        return decodeAny(bytes, extent: extent, names: names, into: &message)
    }

    @inline(never)
    private static func forget(_ message: inout KerberosMessage) { message = KerberosMessage.blank }

    /// The same for a message of whatever form, and a blank one to read into.
    @inline(never)
    static func decodeAny(
        _ bytes: RawSpan, extent: Extent, names: NameTable, into message: inout KerberosMessage
    ) -> ParseFault? {
        var decoding = KerberosDecoding(names: names)
        // The tag alone names the type, also where the length behind it is cut or broken.
        if bytes.byteCount > 0, isMessageTag(bytes.u8(0)) { message.type.rawValue = Int32(bytes.u8(0) & 0x1F) }
        do throws(ParseFault) {
            var outer = DERReader(bytes, base: 0, end: extent == .whole ? .exact : .open, depth: 0)
            try decoding.message(try outer.require(), &message)
        } catch {
            decoding.note(error)
        }
        return decoding.fault
    }

    /// Whether an octet is the identifier of a Kerberos message: its application tag, constructed.
    @inlinable
    public static func isMessageTag(_ octet: UInt8) -> Bool {
        // 10 to 15, 20 to 22 and 30.
        octet & 0xE0 == 0x60 && UInt32(0x4070_FC00) >> UInt32(octet & 0x1F) & 1 != 0
    }
}

/// One decoding under way: where names go, and the first fault.
struct KerberosDecoding {
    let names: NameTable
    private(set) var fault: ParseFault?

    init(names: NameTable) { self.names = names }

    /// Keeps the first fault; those after it are its consequences, or less of use.
    mutating func note(_ fault: ParseFault) {
        if self.fault == nil { self.fault = fault }
    }

    mutating func message(_ element: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        guard element.tag.tagClass == .application, element.tag.isConstructed else {
            throw ParseFault(.malformed, at: element.offset)
        }
        message.type = KerberosMessageType(rawValue: Int32(element.tag.number))
        message.length = Int32(clamping: element.contentOffset - element.offset + element.announcedLength)
        var content = try element.children()
        switch message.type {
        case .asReq, .tgsReq: try request(try content.require().sequence(), &message)
        case .asRep, .tgsRep: try reply(try content.require().sequence(), &message)
        case .apReq: try applicationRequest(try content.require().sequence(), &message)
        case .apRep: try applicationReply(try content.require().sequence(), &message)
        case .krbError: try errorMessage(try content.require().sequence(), &message)
        default: throw ParseFault(.unsupported, at: element.contentOffset)
        }
        // An open length may lack only its end.
        try element.requireWhole()
    }

    /// msg-type repeats the application tag (RFC 4120, 5.4.1).
    @inline(__always)
    func messageType(_ field: DERElement, _ type: KerberosMessageType) throws(ParseFault) {
        guard try field.innerInt32() == type.rawValue else { throw ParseFault(.malformed, at: field.offset) }
    }

    /// pvno and tkt-vno are 5.
    @inline(__always)
    func version(_ field: DERElement) throws(ParseFault) {
        if field.smallInteger == 5 { return }
        guard try field.inner().integer() == 5 else { throw ParseFault(.malformed, at: field.offset) }
    }
}
