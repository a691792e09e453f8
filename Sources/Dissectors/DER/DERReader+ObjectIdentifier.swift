import ByteParsing

extension DERReader {
    /// The encoded octets of an OBJECT IDENTIFIER: two are equal exactly where these are.
    @_lifetime(copy self)
    public func objectIdentifier(_ element: DERElement) throws(ParseFault) -> RawSpan {
        guard element.tag == .universal(UInt32(DERUniversal.objectIdentifier)) else {
            throw ParseFault(.malformed, at: element.offset)
        }
        try requireWhole(element)
        let content = content(element)
        // The last octet ends an arc; an arc that is left open is none (X.690, 8.19.2).
        guard content.byteCount > 0, content.u8(content.byteCount - 1) & 0x80 == 0 else {
            throw ParseFault(.malformed, at: element.offset)
        }
        return content
    }

    /// The dotted text of an OBJECT IDENTIFIER, for names that are not among the known ones; an arc
    /// past 63 bits is `unsupported`.
    public func objectIdentifierText(_ element: DERElement) throws(ParseFault) -> String {
        let octets = try objectIdentifier(element)
        guard octets.byteCount <= 128 else { throw ParseFault(.unsupported, at: element.offset) }
        var text = ""
        var arc: UInt64 = 0
        for index in 0..<octets.byteCount {
            let octet = octets.u8(index)
            guard arc >> 56 == 0 else { throw ParseFault(.unsupported, at: element.offset) }
            arc = arc << 7 | UInt64(octet & 0x7F)
            if octet & 0x80 != 0 { continue }
            if text.isEmpty {
                let first = min(arc / 40, 2)
                text = "\(first).\(arc - first * 40)"
            } else {
                text += ".\(arc)"
            }
            arc = 0
        }
        return text
    }
}
