import ByteParsing

// The authentication exchange with a service (RFC 4120, 5.5).
extension KerberosDecoder {
    /// AP-REQ (RFC 4120, 5.5.1):
    ///
    ///     AP-REQ ::= [APPLICATION 14] SEQUENCE {
    ///         pvno          [0] INTEGER (5),
    ///         msg-type      [1] INTEGER (14),
    ///         ap-options    [2] APOptions,
    ///         ticket        [3] Ticket,
    ///         authenticator [4] EncryptedData }
    mutating func applicationRequest(
        _ container: DERElement, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let field = try der.next(&content) {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0: try version(field)
                case 1: try messageType(field, message.type)
                case 2: try apOptions(field, &message)
                case 3: try ownTicket(field, &message)
                case 4: try authenticator(field, &message)
                default: break
                }
            } catch {
                note(error)
            }
        }
    }

    /// PA-TGS-REQ (RFC 4120, 5.2.7.1): an AP-REQ, whose ticket is the TGT.
    func headerRequest(_ value: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var wrapped = try der.encapsulated(value)
        var content = try der.sequenceValue(try der.require(.application(14), &wrapped))
        while let field = try der.next(&content) {
            switch field.tag.fieldNumber {
            case 2: try apOptions(field, &message)
            case 3:
                let stop = ticket(try der.value(field, DERIdentifier.ticket), &message.headerTicket)
                if message.headerTicket != .unknown { message.parts.insert(.headerTicket) }
                if let stop { throw stop }
            case 4: try authenticator(field, &message)
            default: break
            }
        }
    }

    private func apOptions(_ field: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        message.apOptions = try der.bits32Value(field)
        message.parts.insert(.apOptions)
    }

    private func authenticator(_ field: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var data = EncryptedData()
        let stop = encryptedData(
            try der.value(field, DERIdentifier.sequence), &data, ciphers: CipherReader(names: names))
        message.authenticatorEtype = data.etype
        message.authenticatorDigest = data.digest
        if let stop { throw stop }
    }

    /// AP-REP (RFC 4120, 5.5.2):
    ///
    ///     AP-REP ::= [APPLICATION 15] SEQUENCE {
    ///         pvno     [0] INTEGER (5),
    ///         msg-type [1] INTEGER (15),
    ///         enc-part [2] EncryptedData }
    mutating func applicationReply(
        _ container: DERElement, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let field = try der.next(&content) {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0: try version(field)
                case 1: try messageType(field, message.type)
                case 2: try replyPart(field, &message)
                default: break
                }
            } catch {
                note(error)
            }
        }
    }
}
