import ByteParsing
import Digests

// Tickets and other encrypted parts (RFC 4120, 5.2.9 and 5.3).
extension KerberosDecoder {
    /// The ticket of a KDC-REP or an AP-REQ, whose sname and realm stand for the message's.
    func ownTicket(_ field: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var reference = message.ticket
        let stop = ticket(try der.value(field, DERIdentifier.ticket), &reference)
        message.ticket = reference
        message.sname = reference.sname
        message.realm = reference.realm
        if reference != .unknown { message.parts.insert(.ticket) }
        if let stop { throw stop }
    }

    /// Ticket (RFC 4120, 5.3):
    ///
    ///     Ticket ::= [APPLICATION 1] SEQUENCE {
    ///         tkt-vno  [0] INTEGER (5),
    ///         realm    [1] Realm,
    ///         sname    [2] PrincipalName,
    ///         enc-part [3] EncryptedData }
    ///
    /// What can be read goes into `reference`, also where a fault is returned.
    func ticket(_ element: DERElement, _ reference: inout TicketReference) -> ParseFault? {
        do throws(ParseFault) {
            guard element.tag == .application(1) else { throw ParseFault(.malformed, at: element.offset) }
            var content = try der.sequenceValue(element)
            while let field = try der.next(&content) {
                switch field.tag.fieldNumber {
                case 1: reference.realm = try realm(field)
                case 2: reference.sname = try principal(field)
                case 3:
                    var data = EncryptedData()
                    let part = try der.value(field, DERIdentifier.sequence)
                    let stop = encryptedData(part, &data, ciphers: CipherReader(names: names))
                    reference.setEncryptedPart(data)
                    if let stop { throw stop }
                default: break
                }
            }
            return nil
        } catch {
            return error
        }
    }

    /// enc-part of a KDC-REP or an AP-REP: only that it is there, and for which key.
    func replyPart(_ field: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var data = EncryptedData()
        let stop = encryptedData(try der.value(field, DERIdentifier.sequence), &data, ciphers: nil)
        message.encPartEtype = data.etype
        message.encPartKvno = data.kvno
        if data.hasEtype { message.parts.insert(.encPart) }
        if let stop { throw stop }
    }

    /// EncryptedData (RFC 4120, 5.2.9):
    ///
    ///     EncryptedData ::= SEQUENCE {
    ///         etype  [0] Int32,
    ///         kvno   [1] UInt32 OPTIONAL,
    ///         cipher [2] OCTET STRING }
    ///
    /// What can be read goes into `data`, also where a fault is returned. The cipher is looked at by `ciphers`, or by
    /// nobody.
    func encryptedData(
        _ element: DERElement, _ data: inout EncryptedData, ciphers: CipherReader?
    ) -> ParseFault? {
        do throws(ParseFault) {
            var content = try der.sequence(element)
            while let field = try der.next(&content) {
                switch field.tag.fieldNumber {
                case 0:
                    data.etype = try der.int32Value(field)
                    data.hasEtype = true
                case 1: data.kvno = try der.uint32Value(field)
                case 2:
                    let cipher = try der.value(field, DERIdentifier.octetString)
                    data.length = Int32(truncatingIfNeeded: cipher.announcedLength)
                    let octets = try der.octetString(cipher)
                    if let ciphers { data.digest = ciphers.digest(octets, etype: data.etype, kvno: data.kvno) }
                default: break
                }
            }
            return nil
        } catch {
            return error
        }
    }
}
