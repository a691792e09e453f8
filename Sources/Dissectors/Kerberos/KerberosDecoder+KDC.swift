import ByteParsing

// AS and TGS exchanges (RFC 4120, 5.4).
extension KerberosDecoder {
    /// KDC-REQ (RFC 4120, 5.4.1), of AS-REQ and TGS-REQ:
    ///
    ///     KDC-REQ ::= SEQUENCE {
    ///         pvno     [1] INTEGER (5),
    ///         msg-type [2] INTEGER,
    ///         padata   [3] SEQUENCE OF PA-DATA OPTIONAL,
    ///         req-body [4] KDC-REQ-BODY }
    mutating func kdcRequest(_ container: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let field = try der.next(&content) {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 1: try version(field)
                case 2: try messageType(field, message.type)
                case 3: try padata(field, &message)
                case 4: try requestBody(field, &message)
                default: break
                }
            } catch {
                note(error)
            }
        }
    }

    /// KDC-REQ-BODY (RFC 4120, 5.4.1):
    ///
    ///     KDC-REQ-BODY ::= SEQUENCE {
    ///         kdc-options            [0] KDCOptions,
    ///         cname                  [1] PrincipalName OPTIONAL,
    ///         realm                  [2] Realm,
    ///         sname                  [3] PrincipalName OPTIONAL,
    ///         from                   [4] KerberosTime OPTIONAL,
    ///         till                   [5] KerberosTime,
    ///         rtime                  [6] KerberosTime OPTIONAL,
    ///         nonce                  [7] UInt32,
    ///         etype                  [8] SEQUENCE OF Int32,
    ///         addresses              [9] HostAddresses OPTIONAL,
    ///         enc-authorization-data [10] EncryptedData OPTIONAL,
    ///         additional-tickets     [11] SEQUENCE OF Ticket OPTIONAL }
    private mutating func requestBody(
        _ container: DERElement, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let field = try der.next(&content) {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0:
                    message.kdcOptions = try der.bits32Value(field)
                    message.parts.insert(.kdcOptions)
                case 1: message.cname = try principal(field)
                case 2: message.realm = try realm(field)
                case 3: message.sname = try principal(field)
                case 4: message.from = try time(field)
                case 5: message.till = try time(field)
                case 6: message.renewTill = try time(field)
                case 7:
                    message.nonce = try der.uint32Value(field)
                    message.parts.insert(.nonce)
                case 8: try etypes(field, &message)
                case 9: try addresses(field, &message)
                case 11: try additionalTickets(field, &message)
                default: break
                }
            } catch {
                note(error)
            }
        }
    }

    private func etypes(_ container: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let element = try der.next(&content) { message.etypesOrErrorMethods.append(try der.int32(element)) }
    }

    private func addresses(_ container: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let element = try der.next(&content) {
            try der.requireWhole(element)
            if message.addressCount < Int32.max { message.addressCount += 1 }
        }
    }

    private func additionalTickets(
        _ container: DERElement, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let element = try der.next(&content) {
            var reference = TicketReference.unknown
            let stop = ticket(element, &reference)
            if reference != .unknown { message.additionalTickets.append(reference) }
            if let stop { throw stop }
        }
    }

    /// KDC-REP (RFC 4120, 5.4.2), of AS-REP and TGS-REP:
    ///
    ///     KDC-REP ::= SEQUENCE {
    ///         pvno     [0] INTEGER (5),
    ///         msg-type [1] INTEGER,
    ///         padata   [2] SEQUENCE OF PA-DATA OPTIONAL,
    ///         crealm   [3] Realm,
    ///         cname    [4] PrincipalName,
    ///         ticket   [5] Ticket,
    ///         enc-part [6] EncryptedData }
    mutating func kdcReply(_ container: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let field = try der.next(&content) {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0: try version(field)
                case 1: try messageType(field, message.type)
                case 2: try padata(field, &message)
                case 3: message.crealm = try realm(field)
                case 4: message.cname = try principal(field)
                case 5: try ownTicket(field, &message)
                case 6: try replyPart(field, &message)
                default: break
                }
            } catch {
                note(error)
            }
        }
    }
}
