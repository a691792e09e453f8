import ByteParsing

/// Decodes Kerberos 5 messages (RFC 4120, 5.4 to 5.9, with the extensions of MS-KILE and MS-SFU).
///
/// Decoding is progressive: each field goes into the message as it is read. Where the octets end
/// early, or a field contradicts the standard, what stands beside it is still read, and the first
/// fault is returned.
///
/// The ASN.1 of each type stands above the function that reads it. Fields are read in whatever order
/// they come, and unknown ones are passed over.
public struct KerberosDecoder: ~Escapable {
    /// What the end of the octets means.
    public enum Extent: Sendable {
        /// The octets are what there is: a message that announces more is truncated.
        case available
        /// The octets are the whole message by another account, such as a TCP record mark: a
        /// message that announces more contradicts it.
        case whole
    }

    /// The octets of the message.
    let der: DERReader
    /// Where names go.
    let names: NameTable
    /// The first fault.
    private var fault: ParseFault?

    @_lifetime(copy bytes)
    private init(_ bytes: RawSpan, names: NameTable) {
        der = DERReader(bytes)
        self.names = names
    }

    /// Decodes the message at the start of `bytes` into `message`, in the place of what that held; octets after it are
    /// not looked at.
    ///
    /// Returns the first fault, its offset counted from the start of `bytes`; nil where the whole
    /// message was read. KRB-SAFE, KRB-PRIV and KRB-CRED are `unsupported` beyond their type.
    public static func decode(
        _ bytes: RawSpan, extent: Extent = .available, names: NameTable, into message: inout KerberosMessage
    ) -> ParseFault? {
        // Most are read into a new message, which need not be cleared again.
        if message.type.rawValue != 0 || message.length != 0 { message = KerberosMessage.blank }
        var decoder = KerberosDecoder(bytes, names: names)
        // The tag alone names the type, also where the length behind it is cut or broken.
        if bytes.byteCount > 0, isMessageTag(bytes.u8(0)) { message.type.rawValue = Int32(bytes.u8(0) & 0x1F) }
        do throws(ParseFault) {
            var outer = decoder.der.outermost(isWhole: extent == .whole)
            try decoder.message(try decoder.der.require(&outer), &message)
        } catch {
            decoder.note(error)
        }
        return decoder.fault
    }

    /// Whether an octet is the identifier of a Kerberos message: its application tag, constructed.
    @inlinable
    public static func isMessageTag(_ octet: UInt8) -> Bool {
        // 10 to 15, 20 to 22 and 30.
        octet & 0xE0 == 0x60 && UInt32(0x4070_FC00) >> UInt32(octet & 0x1F) & 1 != 0
    }

    /// Keeps the first fault; those after it are its consequences, or less of use.
    mutating func note(_ fault: ParseFault) {
        if self.fault == nil { self.fault = fault }
    }

    /// AS-REQ ::= [APPLICATION 10] KDC-REQ, and so on: the application tag is the message type (RFC 4120, 5.10).
    private mutating func message(_ element: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        guard element.tag.tagClass == .application, element.tag.isConstructed else {
            throw ParseFault(.malformed, at: element.offset)
        }
        message.type = KerberosMessageType(rawValue: Int32(element.tag.number))
        message.length = Int32(clamping: element.contentOffset - element.offset + element.announcedLength)
        switch message.type {
        case .asReq, .tgsReq: try kdcRequest(element, &message)
        case .asRep, .tgsRep: try kdcReply(element, &message)
        case .apReq: try applicationRequest(element, &message)
        case .apRep: try applicationReply(element, &message)
        case .krbError: try errorMessage(element, &message)
        default: throw ParseFault(.unsupported, at: element.contentOffset)
        }
        // A message with an open length may lack only its end.
        try der.requireWhole(element)
    }

    /// msg-type repeats the application tag (RFC 4120, 5.4.1).
    @inline(__always)
    func messageType(_ field: DERElement, _ type: KerberosMessageType) throws(ParseFault) {
        guard try der.int32Value(field) == type.rawValue else { throw ParseFault(.malformed, at: field.offset) }
    }

    /// pvno is 5 (RFC 4120, 5.4.1).
    @inline(__always)
    func version(_ field: DERElement) throws(ParseFault) {
        guard try der.integerValue(field) == 5 else { throw ParseFault(.malformed, at: field.offset) }
    }
}
