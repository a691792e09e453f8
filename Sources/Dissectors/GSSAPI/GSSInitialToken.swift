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
        let der = DERReader(bytes)
        var outermost = der.outermost()
        let frame = try der.require(.application(0), &outermost)
        var parts = try der.children(frame)
        mechanism = try Mechanism(try der.require(&parts), der, names: names)
        innerOffset = parts.position
        inner = bytes.slice(parts.position, frame.contentEnd)
        isCut = frame.isCut
    }
}
