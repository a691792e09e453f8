import PacketModel
import ByteParsing

// Names and times (RFC 4120, 5.2).
extension KerberosDecoder {
    /// Realm ::= KerberosString (RFC 4120, 5.2.2)
    @inline(__always)
    func realm(_ field: DERElement) throws(ParseFault) -> NameID {
        names.realm(try der.textValue(field))
    }

    /// KerberosTime ::= GeneralizedTime (RFC 4120, 5.2.3)
    func time(_ field: DERElement) throws(ParseFault) -> CaptureTime? {
        try der.generalizedTime(try der.value(field, DERIdentifier.generalizedTime))
    }

    /// The PrincipalName in a field.
    ///
    /// A name that was read before, without a fault, is known by its octets.
    func principal(_ field: DERElement) throws(ParseFault) -> Principal {
        let element = try der.value(field, DERIdentifier.sequence)
        guard element.tag == .sequence, !element.isCut else { return try readPrincipal(element) }
        var place = PrincipalMemo.Place()
        if let known = names.principal(encoded: der.content(element), &place) { return known }
        let principal = try readPrincipal(element)
        if principal.isPresent { names.remember(principal, at: place) }
        return principal
    }

    /// PrincipalName (RFC 4120, 5.2.2):
    ///
    ///     PrincipalName ::= SEQUENCE {
    ///         name-type   [0] Int32,
    ///         name-string [1] SEQUENCE OF KerberosString }
    @inline(never)
    private func readPrincipal(_ element: DERElement) throws(ParseFault) -> Principal {
        var content = try der.sequence(element)
        var principal = Principal.none
        while let field = try der.next(&content) {
            switch field.tag.fieldNumber {
            case 0: principal.nameType = try der.int32Value(field)
            case 1: try nameString(try der.value(field, DERIdentifier.sequence), &principal)
            default: break
            }
        }
        return principal
    }

    private func nameString(_ element: DERElement, _ principal: inout Principal) throws(ParseFault) {
        var counting = try der.sequence(element)
        var octetCount = 0
        while let component = try der.next(&counting) {
            let text = try der.text(component)
            octetCount += text.byteCount + (principal.componentCount > 0 ? 1 : 0)
            if principal.componentCount == 0 { principal.first = names.intern(text) }
            principal.componentCount += 1
        }
        if principal.componentCount == 0 {
            principal.name = .empty
        } else if principal.componentCount == 1 {
            principal.name = principal.first
        } else if octetCount <= 128 {
            var joined = InlineBytes<128>()
            var components = try der.sequence(element)
            while let component = try der.next(&components) {
                if component.offset > element.contentOffset { joined.append(UInt8(ascii: "/")) }
                joined.append(try der.text(component))
            }
            principal.name = names.intern(joined.bytes)
        } else {
            var joined = ByteBuffer(capacity: 512)
            var components = try der.sequence(element)
            while let component = try der.next(&components), joined.count <= NameStorage.maximumNameBytes {
                if component.offset > element.contentOffset { joined.append(UInt8(ascii: "/")) }
                joined.append(try der.text(component))
            }
            principal.name = names.intern(joined.bytes)
        }
    }
}
