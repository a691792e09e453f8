import PacketModel
import ByteParsing

extension AuthenticationToken {
    /// Decodes one authentication token as a protocol above carries it: SPNEGO, a GSS-API initial
    /// token, a bare Kerberos message or NTLMSSP, told apart by their first octets.
    ///
    /// `isCut` says that octets are missing at the end. `text` is scratch. What was read before a
    /// fault is kept; the first fault stands in `fault`.
    public init(decoding bytes: RawSpan, isCut: Bool = false, names: NameTable, text: inout ByteBuffer) {
        self.init()
        decode(bytes, isCut: isCut, names: names, text: &text)
    }

    /// The same for a token of which nothing has been read, in its place.
    mutating func decode(_ bytes: RawSpan, isCut: Bool, names: NameTable, text: inout ByteBuffer) {
        if bytes.byteCount == 0 { return }
        let first = bytes.u8(0)
        if first == 0x60 {
            decodeInitialToken(bytes, isCut: isCut, names, &text)
        } else if first == 0xA0 || first == 0xA1 {
            decodeNegotiation(bytes, from: 0, to: bytes.byteCount, isCut: isCut, names, &text)
        } else if NTLMMessage.isSigned(bytes) {
            kind = .ntlm
            decodeMechanismToken(bytes, isCut: isCut, names, &text)
        } else if KerberosDecoder.isMessageTag(first) {
            kind = .bareKerberos
            decodeMechanismToken(bytes, isCut: isCut, names, &text)
        } else {
            kind = .unrecognised
        }
        if isCut, kind != .unrecognised { note(ParseFault(.truncated, at: bytes.byteCount), .gssapi) }
    }

    /// Keeps the first fault; those after it are its consequences.
    private mutating func note(_ fault: ParseFault, _ layer: Layer) { note(LayerFault(fault, layer: layer)) }

    /// The same for a fault of what is around the token.
    mutating func note(_ fault: LayerFault) {
        if self.fault == nil { self.fault = fault }
    }

    /// An initial token at the outermost level: SPNEGO, or a mechanism without it.
    private mutating func decodeInitialToken(
        _ bytes: RawSpan, isCut: Bool, _ names: NameTable, _ text: inout ByteBuffer
    ) {
        kind = .unrecognised
        do throws(ParseFault) {
            let framed = try GSSInitialToken(bytes, names: names)
            let inner = framed.inner
            if framed.mechanism.kind == .spnego {
                guard inner.byteCount > 0 else { throw ParseFault(.truncated, at: framed.innerOffset) }
                // NegotiationToken's CHOICE: only its first alternative belongs into an initial token.
                isOddlyWrapped = inner.u8(0) == 0xA1
                let end = framed.innerOffset + inner.byteCount
                decodeNegotiation(
                    bytes, from: framed.innerOffset, to: end, isCut: isCut || framed.isCut, names, &text)
                return
            }
            mechanisms.append(framed.mechanism)
            if framed.mechanism.isKerberos { kind = .rawKerberos }
            decodeMechanismToken(bytes, isCut: isCut, names, &text)
        } catch {
            note(error, .gssapi)
        }
    }

    /// NegotiationToken (RFC 4178, 4.2), in a part of the octets of the whole token.
    private mutating func decodeNegotiation(
        _ bytes: RawSpan, from start: Int, to end: Int, isCut: Bool, _ names: NameTable, _ text: inout ByteBuffer
    ) {
        kind = .unrecognised
        do throws(ParseFault) {
            let der = DERReader(bytes)
            var level = der.outermost(from: start, to: end)
            let choice = try der.require(&level)
            switch choice.tag.fieldNumber {
            case 0:
                kind = .spnegoInit
                try decodeNegTokenInit(try der.sequenceValue(choice), der, isCut: isCut, names, &text)
            case 1:
                kind = .spnegoResponse
                try decodeNegTokenResp(try der.sequenceValue(choice), der, isCut: isCut, names, &text)
            default: throw ParseFault(.malformed, at: start)
            }
        } catch {
            note(error, .spnego)
        }
    }

    /// NegTokenInit (RFC 4178, 4.2.1), and NegTokenInit2 (MS-SPNG 2.2.1), which puts negHints where
    /// the former has its mechListMIC.
    ///
    ///     NegTokenInit2 ::= SEQUENCE {
    ///         mechTypes   [0] MechTypeList OPTIONAL, reqFlags [1] ContextFlags OPTIONAL,
    ///         mechToken   [2] OCTET STRING OPTIONAL, negHints [3] NegHints OPTIONAL,
    ///         mechListMIC [4] OCTET STRING OPTIONAL, ... }
    private mutating func decodeNegTokenInit(
        _ content: DERLevel, _ der: DERReader, isCut: Bool, _ names: NameTable, _ text: inout ByteBuffer
    ) throws(ParseFault) {
        var fields = content
        while let field = try der.next(&fields) {
            switch field.tag.fieldNumber {
            case 0:
                var list = try der.sequenceValue(field)
                while let mechanism = try der.next(&list) {
                    mechanisms.append(try Mechanism(mechanism, der, names: names))
                }
            case 2: try decodeMechanismToken(in: field, der, isCut: isCut, names, &text)
            case 3: hasMechListMIC = try der.inner(field).tag != .sequence
            case 4: hasMechListMIC = true
            default: break
            }
        }
    }

    /// NegTokenResp (RFC 4178, 4.2.2).
    ///
    ///     NegTokenResp ::= SEQUENCE {
    ///         negState      [0] ENUMERATED OPTIONAL,   supportedMech [1] MechType OPTIONAL,
    ///         responseToken [2] OCTET STRING OPTIONAL, mechListMIC   [3] OCTET STRING OPTIONAL, ... }
    private mutating func decodeNegTokenResp(
        _ content: DERLevel, _ der: DERReader, isCut: Bool, _ names: NameTable, _ text: inout ByteBuffer
    ) throws(ParseFault) {
        var fields = content
        while let field = try der.next(&fields) {
            switch field.tag.fieldNumber {
            case 0:
                let value = try der.inner(field)
                guard let number = UInt8(exactly: try der.integer(value)) else {
                    throw ParseFault(.malformed, at: value.offset)
                }
                state = NegotiationState(rawValue: number)
            case 1: supportedMechanism = try Mechanism(try der.inner(field), der, names: names)
            case 2: try decodeMechanismToken(in: field, der, isCut: isCut, names, &text)
            case 3: hasMechListMIC = true
            default: break
            }
        }
    }

    /// mechToken or responseToken: an OCTET STRING, read as far as it is there.
    private mutating func decodeMechanismToken(
        in field: DERElement, _ der: DERReader, isCut: Bool, _ names: NameTable, _ text: inout ByteBuffer
    ) throws(ParseFault) {
        let string = try der.value(field, DERIdentifier.octetString)
        if string.isCut, string.tag == .universal(UInt32(DERUniversal.octetString)) {
            decodeMechanismToken(der.content(string), isCut: true, names, &text)
        } else {
            decodeMechanismToken(try der.octetString(string), isCut: false, names, &text)
        }
    }

    /// A mechanism's own token: NTLMSSP, a Kerberos message, or one of them behind the header of an
    /// initial token. SPNEGO inside SPNEGO is not entered.
    mutating func decodeMechanismToken(
        _ bytes: RawSpan, isCut: Bool, _ names: NameTable, _ text: inout ByteBuffer
    ) {
        if bytes.byteCount == 0 { return }
        let first = bytes.u8(0)
        if NTLMMessage.isSigned(bytes) {
            innerMechanism = Mechanism(.ntlm, names: names)
            do throws(ParseFault) {
                try ntlm.decode(bytes, isCut: isCut, names: names, text: &text)
            } catch {
                note(error, .ntlmssp)
            }
        } else if first == 0x60 {
            decodeFramedMechanismToken(bytes, names)
        } else if KerberosDecoder.isMessageTag(first) {
            innerMechanism = supportedMechanism ?? Mechanism(.kerberos, names: names)
            decodeKerberos(bytes, names)
        } else if bytes.hasASCII("NEGOEXTS") {
            innerMechanism = Mechanism(.negoEx, names: names)
        }
    }

    /// The krb5 mechanism's initial token: after the OID a token id of two octets, then the message
    /// (RFC 4121, 4.1; ids of user-to-user and of per-message tokens are left alone).
    private mutating func decodeFramedMechanismToken(_ bytes: RawSpan, _ names: NameTable) {
        do throws(ParseFault) {
            let framed = try GSSInitialToken(bytes, names: names)
            innerMechanism = framed.mechanism
            guard framed.mechanism.isKerberos else { return }
            let inner = framed.inner
            guard inner.byteCount >= 2 else {
                throw ParseFault(framed.isCut ? .truncated : .malformed, at: framed.innerOffset + inner.byteCount)
            }
            switch inner.be16(0) {
            case 0x0100, 0x0200, 0x0300:
                if inner.byteCount > 2 {
                    decodeKerberos(inner.slice(from: 2), names)
                } else {
                    throw ParseFault(framed.isCut ? .truncated : .malformed, at: framed.innerOffset + 2)
                }
            default: break
            }
        } catch {
            note(error, .gssapi)
        }
    }

    private mutating func decodeKerberos(_ bytes: RawSpan, _ names: NameTable) {
        if let stop = KerberosDecoder.decode(bytes, names: names, into: &kerberos) { note(stop, .kerberos) }
    }
}
