import ByteParsing

/// SPNEGO tokens as nearly all are written: every element of the usual form (`UsualDER`), mechanisms that are known,
/// and
/// nothing but what a first token and its answer need. What is read here, the general way reads the same.
extension AuthenticationToken {
    /// Reads such a token; false for any other, of which nothing has been read then.
    mutating func decodeUsual(_ bytes: RawSpan, _ names: NameTable, _ text: inout ByteBuffer) -> Bool {
        switch bytes.u8(0) {
        case 0x60: decodeUsualInit(bytes, names, &text)
        case 0xA1: decodeUsualResponse(bytes, names, &text)
        default: false
        }
    }

    /// NegTokenInit in an initial token: mechTypes and mechToken.
    private mutating func decodeUsualInit(_ bytes: RawSpan, _ names: NameTable, _ text: inout ByteBuffer) -> Bool {
        let der = UsualDER(bytes)
        var position = 0
        let end = der.enter(0x60, &position, bytes.byteCount)
        guard end == bytes.byteCount, Self.known(der, &position, end) == .spnego, der.identifier(position, end) == 0xA0,
            der.inside(0x30, &position, end) == end, der.identifier(position, end) == 0xA0
        else { return false }
        let list = der.inside(0x30, &position, end)
        let first = position
        while position < list {
            if Self.known(der, &position, list) == .other { return false }
        }
        guard position == list, der.identifier(position, end) == 0xA2, der.inside(0x04, &position, end) == end else {
            return false
        }
        // Now that nothing can be amiss around it.
        _ = names.mechanism(.spnego)
        kind = .spnegoInit
        var mechanism = first
        while mechanism < list { mechanisms.append(Mechanism(Self.known(der, &mechanism, list), names: names)) }
        decodeMechanismToken(bytes.slice(position, end), isCut: false, names, &text)
        return true
    }

    /// NegTokenResp without a mechListMIC.
    private mutating func decodeUsualResponse(_ bytes: RawSpan, _ names: NameTable, _ text: inout ByteBuffer) -> Bool {
        let der = UsualDER(bytes)
        let end = bytes.byteCount
        var position = 0
        guard der.inside(0x30, &position, end) == end else { return false }
        var state: NegotiationState?, mechanism: Mechanism.Kind?
        if der.identifier(position, end) == 0xA0 {
            let stop = der.inside(0x0A, &position, end)
            guard stop >= 0, stop == position + 1, bytes.u8(position) < 0x80 else { return false }
            state = NegotiationState(rawValue: bytes.u8(position))
            position = stop
        }
        if der.identifier(position, end) == 0xA1 {
            let stop = der.inside(0x06, &position, end)
            guard stop >= 0 else { return false }
            let kind = Mechanism.kind(ofEncoded: bytes.slice(position, stop))
            if kind == .other { return false }
            mechanism = kind
            position = stop
        }
        var token = end
        if der.identifier(position, end) == 0xA2 {
            guard der.inside(0x04, &position, end) == end else { return false }
            token = position
            position = end
        }
        guard position == end else { return false }
        kind = .spnegoResponse
        self.state = state
        supportedMechanism = mechanism.map { Mechanism($0, names: names) }
        decodeMechanismToken(bytes.slice(token, end), isCut: false, names, &text)
        return true
    }

    /// The mechanism of an OBJECT IDENTIFIER, which is passed over; `other` where that is not well known.
    @inline(__always)
    private static func known(_ der: borrowing UsualDER, _ position: inout Int, _ end: Int) -> Mechanism.Kind {
        let stop = der.enter(0x06, &position, end)
        guard stop >= 0 else { return .other }
        let kind = Mechanism.kind(ofEncoded: der.bytes.slice(position, stop))
        position = stop
        return kind
    }
}
