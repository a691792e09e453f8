import PacketModel

extension KerberosMessage: MessageContent {
    public static var protocolID: ProtocolID { .kerberos }

    public func forEachName(_ body: (NameID) -> Void) {
        for principal in [cname, sname, forUser] { body(principal.name) }
        for name in [crealm, realm, forUserRealm, forUserPackage] { body(name) }
        if parts.contains(.errorCode) { body(errorText) }
        for ticket in [ticket, headerTicket] {
            body(ticket.sname.name)
            body(ticket.realm)
        }
        for place in 0..<Int(additionalTickets.count) {
            body(additionalTickets[place].sname.name)
            body(additionalTickets[place].realm)
        }
    }

    /// The members of a Kerberos message: the same in a message record, in an exchange, and as the
    /// token of an HTTP message. Absent fields are `null`, so every key is always there.
    public func writeMembers(to json: inout JSONWriter) { json.kerberosMembers(self) }
}

extension JSONWriter {
    fileprivate mutating func kerberosMembers(_ message: borrowing KerberosMessage) {
        let type = message.type
        member("msg_type", number: type.rawValue == 0 ? nil : type.rawValue)
        member("name", type.name)
        member("cname", message.cname.name)
        member("cname_type", number: message.cname.isPresent ? message.cname.nameType : nil)
        member("crealm", message.crealm)
        member("sname", message.sname.name)
        member("sname_type", number: message.sname.isPresent ? message.sname.nameType : nil)
        member("realm", message.realm)
        errorMembers(message)
        requestMembers(message)
        key("padata")
        numbers(message.padata)
        key("for_user")
        if message.forUser.isPresent {
            beginObject()
            member("name", message.forUser.name)
            member("name_type", number: message.forUser.nameType)
            member("realm", message.forUserRealm)
            endObject()
        } else {
            null()
        }
        member("include_pac", message.includePAC)
        let hasPACOptions = message.parts.contains(.pacOptions)
        member("pac_options_value", number: hasPACOptions ? message.pacOptions : nil)
        key("ticket")
        ticket(message.parts.contains(.ticket) ? message.ticket : nil)
        key("header_ticket")
        ticket(message.parts.contains(.headerTicket) ? message.headerTicket : nil)
        key("additional_tickets")
        beginArray()
        for index in 0..<Int(message.additionalTickets.count) { ticket(message.additionalTickets[index]) }
        endArray()
        let hasAuthenticator = !message.authenticatorDigest.isZero
        member("authenticator_etype", number: hasAuthenticator ? message.authenticatorEtype : nil)
        member("ap_options_value", number: message.parts.contains(.apOptions) ? message.apOptions : nil)
        let hasEncPart = message.parts.contains(.encPart)
        member("enc_part_etype", number: hasEncPart ? message.encPartEtype : nil)
        member("enc_part_kvno", number: hasEncPart ? message.encPartKvno : nil)
        member("message_bytes", number: message.length)
        // What no list had room for: never silently lost.
        let omitted = [
            message.etypes.omitted, message.padata.omitted, message.additionalTickets.omitted,
            message.errorMethods.omitted,
        ].reduce(0, { $0 &+ Int($1) })
        member("omitted_items", number: omitted)
    }

    private mutating func errorMembers(_ message: borrowing KerberosMessage) {
        let isError = message.parts.contains(.errorCode)
        member("error_code", number: isError ? message.errorCode : nil)
        member("error_name", isError ? KerberosErrorCode(rawValue: message.errorCode).name : nil)
        member("nt_status", number: message.ntStatus)
        member("nt_status_name", message.ntStatus.flatMap { NTStatus(rawValue: $0).name })
        member("e_text", message.errorText)
        member("e_data", message.errorDataShape.jsonName)
        key("e_data_types")
        numbers(message.errorMethods)
        member("stime", message.serverTime)
        member("susec", number: message.serverMicroseconds)
        member("ctime", message.clientTime)
        member("cusec", number: message.clientMicroseconds)
    }

    private mutating func requestMembers(_ message: borrowing KerberosMessage) {
        let hasOptions = message.parts.contains(.kdcOptions)
        key("kdc_options")
        if hasOptions { optionNames(message.kdcOptions) } else { null() }
        member("kdc_options_value", number: hasOptions ? message.kdcOptions : nil)
        member("from", message.from)
        member("till", message.till)
        member("rtime", message.renewTill)
        member("nonce", number: message.parts.contains(.nonce) ? message.nonce : nil)
        key("etypes")
        numbers(message.etypes)
        member("addresses", number: message.addressCount)
    }

    /// A ticket as the wire shows it; the digest is `null` where its cipher was not seen whole.
    public mutating func ticket(_ ticket: TicketReference?) {
        guard let ticket else { return null() }
        beginObject()
        member("realm", ticket.realm)
        member("sname", ticket.sname.name)
        member("etype", number: ticket.etype)
        member("kvno", number: ticket.kvno)
        key("digest")
        digest(ticket.digest)
        member("cipher_bytes", number: ticket.cipherLength)
        endObject()
    }

    /// An array of numbers.
    public mutating func numbers<let capacity: Int>(_ list: borrowing NumberList<capacity>) {
        beginArray()
        for number in list.array { self.number(number) }
        endArray()
    }

    private mutating func optionNames(_ options: UInt32) {
        beginArray()
        for name in KDCOptions(rawValue: options).names { string(name) }
        endArray()
    }
}

extension ErrorDataShape {
    /// The word used in output; nil where there was no e-data.
    var jsonName: String? {
        switch self {
        case .absent: nil
        case .methodData: "method_data"
        case .typedData: "typed_data"
        case .kerbErrorData: "kerb_error_data"
        case .unrecognised: "unrecognised"
        }
    }
}
