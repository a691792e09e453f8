import ByteParsing

// AS and TGS exchanges (RFC 4120, 5.4).
extension KerberosDecoding {
    /// KDC-REQ ::= SEQUENCE { pvno [1], msg-type [2], padata [3] SEQUENCE OF PA-DATA OPTIONAL,
    /// req-body [4] KDC-REQ-BODY }
    mutating func request(_ content: consuming DERReader, _ message: inout KerberosMessage) throws(ParseFault) {
        while let field = try content.next() {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 1: try version(field)
                case 2: try messageType(field, message.type)
                case 3: try padata(try field.inner().sequence(), &message)
                case 4: try requestBody(try field.inner().sequence(), &message)
                default: break
                }
            } catch {
                note(error)
            }
        }
    }

    /// KDC-REQ-BODY ::= SEQUENCE { kdc-options [0], cname [1], realm [2], sname [3], from [4], till [5],
    /// rtime [6], nonce [7], etype [8] SEQUENCE OF Int32, addresses [9], enc-authorization-data [10],
    /// additional-tickets [11] SEQUENCE OF Ticket }
    private mutating func requestBody(
        _ content: consuming DERReader, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        while let field = try content.next() {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0:
                    message.kdcOptions = try field.inner().bits32()
                    message.parts.insert(.kdcOptions)
                case 1: message.cname = try principal(field.inner())
                case 2: message.realm = try name(field.inner())
                case 3: message.sname = try principal(field.inner())
                case 4: message.from = try field.inner().generalizedTime()
                case 5: message.till = try field.inner().generalizedTime()
                case 6: message.renewTill = try field.inner().generalizedTime()
                case 7:
                    message.nonce = try field.inner().uint32()
                    message.parts.insert(.nonce)
                case 8: try etypes(try field.inner().sequence(), &message)
                case 9: try addresses(try field.inner().sequence(), &message)
                case 11: try additionalTickets(try field.inner().sequence(), &message)
                // enc-authorization-data [10] is ciphertext; what is unknown is passed over.
                default: break
                }
            } catch {
                note(error)
            }
        }
    }

    private mutating func etypes(_ content: consuming DERReader, _ message: inout KerberosMessage) throws(ParseFault) {
        while let element = try content.next() { message.types.append(try element.int32()) }
    }

    private mutating func addresses(
        _ content: consuming DERReader, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        while let element = try content.next() {
            if element.isCut { try element.requireWhole() }
            if message.addressCount < Int32.max { message.addressCount += 1 }
        }
    }

    private mutating func additionalTickets(
        _ content: consuming DERReader, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        while let element = try content.next() {
            var reference = TicketReference.unknown
            let stop = ticket(element, &reference)
            if reference != .unknown { message.additionalTickets.append(reference) }
            if let stop { throw stop }
        }
    }

    /// KDC-REP ::= SEQUENCE { pvno [0], msg-type [1], padata [2] SEQUENCE OF PA-DATA OPTIONAL, crealm [3],
    /// cname [4], ticket [5], enc-part [6] EncryptedData }
    mutating func reply(_ content: consuming DERReader, _ message: inout KerberosMessage) throws(ParseFault) {
        while let field = try content.next() {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0: try version(field)
                case 1: try messageType(field, message.type)
                case 2: try padata(try field.inner().sequence(), &message)
                case 3: message.crealm = try name(field.inner())
                case 4: message.cname = try principal(field.inner())
                case 5: try ownTicket(field, &message)
                case 6:
                    var part = EncryptedPart()
                    let stop = encryptedPart(try field.inner(), &part, digesting: false)
                    message.encPartEtype = part.etype
                    message.encPartKvno = part.kvno
                    if part.hasEtype { message.parts.insert(.encPart) }
                    if let stop { throw stop }
                default: break
                }
            } catch {
                note(error)
            }
        }
    }

    /// The ticket of a reply or an AP-REQ, whose sname and realm stand for the message's.
    mutating func ownTicket(_ field: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        // No message with a ticket of its own has additional ones.
        let stop = ticket(try field.inner(), &message.additionalTickets.storage[0])
        message.sname = message.ticket.sname
        message.realm = message.ticket.realm
        if message.ticket != .unknown { message.parts.insert(.ticket) }
        if let stop { throw stop }
    }
}
