import ByteParsing
import Digests

/// What EncryptedData shows (RFC 4120, 5.2.9); never the cipher itself.
struct EncryptedPart {
    var etype: Int32 = 0
    var hasEtype = false
    var kvno: UInt32?
    /// Of the whole cipher; zero where it is cut.
    var digest = Digest128(high: 0, low: 0)
    /// Octets of cipher as announced.
    var length: Int32 = 0
}

// Types that several messages share (RFC 4120, 5.2 and 5.3).
extension KerberosDecoding {
    /// Realm and KerberosString.
    func name(_ element: DERElement) throws(ParseFault) -> NameID {
        names.intern(try element.text())
    }

    /// PrincipalName ::= SEQUENCE { name-type [0] Int32, name-string [1] SEQUENCE OF KerberosString }
    func principal(_ element: DERElement) throws(ParseFault) -> Principal {
        // What is whole and was read before without a fault is read so again.
        var place = PrincipalMemo.Place()
        let isWhole = element.tag == .sequence && !element.isCut
        if isWhole, let known = names.principal(encoded: element.content, &place) { return known }
        let principal = try readPrincipal(element)
        if isWhole, principal.isPresent { names.remember(principal, at: place) }
        return principal
    }

    func readPrincipal(_ element: DERElement) throws(ParseFault) -> Principal {
        var content = try element.sequence()
        var principal = Principal.none
        while let field = try content.next() {
            switch field.tag.fieldNumber {
            case 0: principal.nameType = try field.innerInt32()
            case 1: try nameString(field.inner(), &principal)
            default: break
            }
        }
        return principal
    }

    private func nameString(_ element: DERElement, _ principal: inout Principal) throws(ParseFault) {
        var counting = try element.sequence()
        var octetCount = 0
        while let component = try counting.next() {
            let text = try component.text()
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
            var components = try element.sequence()
            while let component = try components.next() {
                if component.offset > element.contentOffset { joined.append(UInt8(ascii: "/")) }
                joined.append(try component.text())
            }
            principal.name = names.intern(joined.bytes)
        } else {
            var joined = ByteBuffer(capacity: 512)
            var components = try element.sequence()
            while let component = try components.next(), joined.count <= NameStorage.maximumNameBytes {
                if component.offset > element.contentOffset { joined.append(UInt8(ascii: "/")) }
                joined.append(try component.text())
            }
            principal.name = names.intern(joined.bytes)
        }
    }

    /// Ticket ::= [APPLICATION 1] SEQUENCE { tkt-vno [0], realm [1], sname [2], enc-part [3] EncryptedData }
    ///
    /// What can be read goes into `reference`, also where a fault is returned.
    func ticket(_ element: DERElement, _ reference: inout TicketReference) -> ParseFault? {
        do throws(ParseFault) {
            guard element.tag == .application(1) else { throw ParseFault(.malformed, at: element.offset) }
            var content = try element.inner().sequence()
            while let field = try content.next() {
                switch field.tag.fieldNumber {
                case 1: reference.realm = try name(field.inner())
                case 2: reference.sname = try principal(field.inner())
                case 3:
                    var part = EncryptedPart()
                    let stop = encryptedPart(try field.inner(), &part)
                    reference.etype = part.etype
                    reference.kvno = part.kvno
                    reference.digest = part.digest
                    reference.cipherLength = part.length
                    if let stop { throw stop }
                default: break
                }
            }
            return nil
        } catch {
            return error
        }
    }

    /// EncryptedData ::= SEQUENCE { etype [0] Int32, kvno [1] UInt32 OPTIONAL, cipher [2] OCTET STRING }
    func encryptedPart(_ element: DERElement, _ part: inout EncryptedPart, digesting: Bool = true) -> ParseFault? {
        do throws(ParseFault) {
            var content = try element.sequence()
            while let field = try content.next() {
                switch field.tag.fieldNumber {
                case 0:
                    part.etype = try field.innerInt32()
                    part.hasEtype = true
                case 1: part.kvno = try field.inner().uint32()
                case 2:
                    let cipher = try field.inner()
                    part.length = Int32(clamping: cipher.announcedLength)
                    let octets = try cipher.octetString()
                    if digesting { part.digest = names.digest(ofCipher: octets) }
                default: break
                }
            }
            return nil
        } catch {
            return error
        }
    }
}
