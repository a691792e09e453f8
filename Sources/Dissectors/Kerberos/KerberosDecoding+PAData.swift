import ByteParsing

// Pre-authentication data of requests and replies (RFC 4120, 5.2.7).
extension KerberosDecoding {
    /// SEQUENCE OF PA-DATA, each SEQUENCE { padata-type [1] Int32, padata-value [2] OCTET STRING }
    mutating func padata(_ content: consuming DERReader, _ message: inout KerberosMessage) throws(ParseFault) {
        while let element = try content.next() {
            do throws(ParseFault) {
                var fields = try element.sequence()
                var type = PADataType(rawValue: 0)
                while let field = try fields.next() {
                    switch field.tag.fieldNumber {
                    case 1:
                        type.rawValue = try field.innerInt32()
                        message.padata.append(type.rawValue)
                    case 2: try padataValue(type, try field.inner(), &message)
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
            try value.requireWhole()
        case .pacRequest: message.includePAC = try pacRequest(value)
        case .forUser: try forUser(value, &message)
        // In an AS-REQ this number is a certificate of the user (MS-SFU 2.2.2).
        case .s4uX509User where isTGS: try s4uX509User(value, &message)
        case .fxFast:
            // Empty, it only says that FAST is known (RFC 6113, 5.4.2); the padata inside is ciphertext.
            if value.announcedLength > 0 { message.parts.insert(.fast) }
            try value.requireWhole()
        case .pacOptions: try pacOptions(value, &message)
        default: try value.requireWhole()
        }
    }

    /// PA-TGS-REQ: an AP-REQ, whose ticket is the TGT (RFC 4120, 5.2.7.1).
    private mutating func headerRequest(_ value: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var wrapped = try value.encapsulated()
        let request = try wrapped.require(.application(14))
        var content = try request.inner().sequence()
        while let field = try content.next() {
            switch field.tag.fieldNumber {
            case 2:
                message.apOptions = try field.inner().bits32()
                message.parts.insert(.apOptions)
            case 3:
                let stop = ticket(try field.inner(), &message.headerTicket)
                if message.headerTicket != .unknown { message.parts.insert(.headerTicket) }
                if let stop { throw stop }
            case 4: try authenticator(field, &message)
            default: break
            }
        }
    }

    /// KERB-PA-PAC-REQUEST ::= SEQUENCE { include-pac [0] BOOLEAN } (MS-KILE 2.2.3)
    private func pacRequest(_ value: DERElement) throws(ParseFault) -> Bool? {
        var content = try value.encapsulated().requireSequence()
        guard let field = try content.next(), field.tag.explicitNumber == 0 else { return nil }
        return try field.inner().boolean()
    }

    /// PA-FOR-USER-ENC ::= SEQUENCE { userName [0] PrincipalName, userRealm [1] Realm, cksum [2] Checksum,
    /// auth-package [3] KerberosString } (MS-SFU 2.2.1)
    private mutating func forUser(_ value: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        // What PA-S4U-X509-USER said gives way: this one is the older and always names the user.
        message.parts.insert(.forUser)
        var content = try value.encapsulated().requireSequence()
        while let field = try content.next() {
            switch field.tag.fieldNumber {
            case 0: message.forUser = try principal(field.inner())
            case 1: message.forUserRealm = try name(field.inner())
            case 3: message.forUserPackage = try name(field.inner())
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
        var content = try value.encapsulated().requireSequence()
        let first = try content.require(.context(0))
        var user = try first.inner().sequence()
        while let field = try user.next() {
            switch field.tag.fieldNumber {
            case 0: message.s4uNonce = try field.inner().uint32()
            case 1: if !isNamed { message.forUser = try principal(field.inner()) }
            case 2: if !isNamed { message.forUserRealm = try name(field.inner()) }
            default: break
            }
        }
    }

    /// PA-PAC-OPTIONS ::= SEQUENCE { flags [0] KerberosFlags } (MS-KILE 2.2.10)
    private mutating func pacOptions(_ value: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var content = try value.encapsulated().requireSequence()
        let field = try content.require(.context(0))
        message.pacOptions = try field.inner().bits32()
        message.parts.insert(.pacOptions)
    }
}

extension DERReader {
    /// The SEQUENCE that must come next, opened.
    @_lifetime(copy self)
    consuming func requireSequence() throws(ParseFault) -> DERReader {
        try require().sequence()
    }
}
