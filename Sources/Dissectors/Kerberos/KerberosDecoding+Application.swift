import ByteParsing

// The authentication exchange (RFC 4120, 5.5).
extension KerberosDecoding {
    /// AP-REQ ::= SEQUENCE { pvno [0], msg-type [1], ap-options [2], ticket [3], authenticator [4]
    /// EncryptedData }
    mutating func applicationRequest(
        _ content: consuming DERReader, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        while let field = try content.next() {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0: try version(field)
                case 1: try messageType(field, message.type)
                case 2:
                    message.apOptions = try field.inner().bits32()
                    message.parts.insert(.apOptions)
                case 3: try ownTicket(field, &message)
                case 4: try authenticator(field, &message)
                default: break
                }
            } catch {
                note(error)
            }
        }
    }

    mutating func authenticator(_ field: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var part = EncryptedPart()
        let stop = encryptedPart(try field.inner(), &part)
        message.authenticatorEtype = part.etype
        message.authenticatorDigest = part.digest
        if let stop { throw stop }
    }

    /// AP-REP ::= SEQUENCE { pvno [0], msg-type [1], enc-part [2] EncryptedData }
    mutating func applicationReply(
        _ content: consuming DERReader, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        while let field = try content.next() {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0: try version(field)
                case 1: try messageType(field, message.type)
                case 2:
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
}
