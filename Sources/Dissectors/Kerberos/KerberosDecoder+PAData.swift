import ByteParsing

// Pre-authentication data of requests and replies (RFC 4120, 5.2.7).
extension KerberosDecoder {
    /// SEQUENCE OF PA-DATA, each SEQUENCE { padata-type [1] Int32, padata-value [2] OCTET STRING }
    mutating func padata(_ container: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let element = try der.next(&content) {
            do throws(ParseFault) {
                var fields = try der.sequence(element)
                var type = PADataType(rawValue: 0)
                while let field = try der.next(&fields) {
                    switch field.tag.fieldNumber {
                    case 1:
                        type.rawValue = try der.int32Value(field)
                        message.padata.append(type.rawValue)
                    case 2: try padataValue(type, try der.value(field, DERIdentifier.octetString), &message)
                    default: break
                    }
                }
            } catch {
                note(error)
            }
        }
    }

    private mutating func padataValue(
        _ type: PADataType, _ value: DERElement, _ message: inout KerberosMessage
    ) throws(ParseFault) {
        let isTGS = message.type == .tgsReq || message.type == .tgsRep
        switch type {
        case .tgsReq: try headerRequest(value, &message)
        case .encTimestamp, .encryptedChallenge, .pkAsReq:
            message.parts.insert(.preauthentication)
            try der.requireWhole(value)
        case .pacRequest: message.includePAC = try pacRequest(value)
        case .forUser: try forUser(value, &message)
        // In an AS-REQ this number is a certificate of the user (MS-SFU 2.2.2).
        case .s4uX509User where isTGS: try s4uX509User(value, &message)
        case .fxFast:
            // Empty, it only says that FAST is known (RFC 6113, 5.4.2); the padata inside is ciphertext.
            if value.announcedLength > 0 { message.parts.insert(.fast) }
            try der.requireWhole(value)
        case .pacOptions: try pacOptions(value, &message)
        default: try der.requireWhole(value)
        }
    }

    /// KERB-PA-PAC-REQUEST ::= SEQUENCE { include-pac [0] BOOLEAN } (MS-KILE 2.2.3)
    private func pacRequest(_ value: DERElement) throws(ParseFault) -> Bool? {
        var content = try encapsulatedSequence(value)
        guard let field = try der.next(&content), field.tag == .context(0) else { return nil }
        return try der.boolean(try der.inner(field))
    }

    /// PA-FOR-USER-ENC ::= SEQUENCE { userName [0] PrincipalName, userRealm [1] Realm, cksum [2] Checksum,
    /// auth-package [3] KerberosString } (MS-SFU 2.2.1)
    private mutating func forUser(_ value: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        // What PA-S4U-X509-USER said gives way: this one is the older and always names the user.
        message.parts.insert(.forUser)
        var content = try encapsulatedSequence(value)
        while let field = try der.next(&content) {
            switch field.tag.fieldNumber {
            case 0: message.forUser = try principal(field)
            case 1: message.forUserRealm = try realm(field)
            case 3: message.forUserPackage = names.intern(try der.textValue(field))
            default: break
            }
        }
    }

    /// PA-S4U-X509-USER ::= SEQUENCE { user-id [0] S4UUserID, checksum [1] Checksum };
    /// S4UUserID ::= SEQUENCE { nonce [0] UInt32, cname [1] PrincipalName OPTIONAL, crealm [2] Realm,
    /// subject-certificate [3] OCTET STRING OPTIONAL, options [4] BIT STRING OPTIONAL } (MS-SFU 2.2.2)
    private mutating func s4uX509User(_ value: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        message.parts.insert(.s4uX509User)
        let isNamed = message.parts.contains(.forUser)
        var content = try encapsulatedSequence(value)
        let first = try der.require(.context(0), &content)
        var user = try der.sequenceValue(first)
        while let field = try der.next(&user) {
            switch field.tag.fieldNumber {
            case 0: message.s4uNonce = try der.uint32Value(field)
            case 1: if !isNamed { message.forUser = try principal(field) }
            case 2: if !isNamed { message.forUserRealm = try realm(field) }
            default: break
            }
        }
    }

    /// PA-PAC-OPTIONS ::= SEQUENCE { flags [0] KerberosFlags } (MS-KILE 2.2.10)
    private mutating func pacOptions(_ value: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var content = try encapsulatedSequence(value)
        let field = try der.require(.context(0), &content)
        message.pacOptions = try der.bits32Value(field)
        message.parts.insert(.pacOptions)
    }

    /// The level inside the SEQUENCE that an OCTET STRING wraps.
    @inline(__always)
    func encapsulatedSequence(_ value: DERElement) throws(ParseFault) -> DERLevel {
        var content = try der.encapsulated(value)
        return try der.sequence(try der.require(&content))
    }
}
