import ByteParsing

/// The framing of a mechanism's first token (RFC 2743, 3.1):
///
///     InitialContextToken ::= [APPLICATION 0] IMPLICIT SEQUENCE {
///         thisMech MechType, innerContextToken ANY DEFINED BY thisMech }
///
/// The inner token need not be BER: it is whatever follows the OID.
struct GSSInitialToken: ~Escapable {
    /// thisMech.
    let mechanism: Mechanism
    /// The octets of innerContextToken that are there.
    let inner: RawSpan
    /// Offset of the inner token in the whole token.
    let innerOffset: Int
    /// Whether the framing announces more octets than there are.
    let isCut: Bool

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, names: NameTable) throws(ParseFault) {
        // As nearly all are written, with a mechanism that is known.
        let der = UsualDER(bytes)
        var position = 0
        let end = der.enter(0x60, &position, bytes.byteCount)
        let stop = end >= 0 ? der.enter(0x06, &position, end) : UsualDER.none
        let kind = stop >= 0 ? Mechanism.kind(ofEncoded: bytes.slice(position, stop)) : .other
        if kind != .other {
            mechanism = Mechanism(kind, names: names)
            innerOffset = stop
            inner = bytes.slice(stop, end)
            isCut = false
            return
        }
        var reader = DERReader(bytes)
        let frame = try reader.require(.application(0))
        var parts = try frame.children()
        mechanism = try Mechanism(try parts.require(), names: names)
        innerOffset = parts.offset
        inner = frame.content.slice(from: innerOffset - frame.contentOffset)
        isCut = frame.isCut
    }
}
