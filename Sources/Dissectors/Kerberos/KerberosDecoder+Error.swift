import ByteParsing

// KRB-ERROR and its e-data (RFC 4120, 5.9.1; MS-KILE 2.2.1 and 2.2.2).
extension KerberosDecoder {
    /// KRB-ERROR (RFC 4120, 5.9.1):
    ///
    ///     KRB-ERROR ::= [APPLICATION 30] SEQUENCE {
    ///         pvno       [0] INTEGER (5),
    ///         msg-type   [1] INTEGER (30),
    ///         ctime      [2] KerberosTime OPTIONAL,
    ///         cusec      [3] Microseconds OPTIONAL,
    ///         stime      [4] KerberosTime,
    ///         susec      [5] Microseconds,
    ///         error-code [6] Int32,
    ///         crealm     [7] Realm OPTIONAL,
    ///         cname      [8] PrincipalName OPTIONAL,
    ///         realm      [9] Realm,
    ///         sname      [10] PrincipalName,
    ///         e-text     [11] KerberosString OPTIONAL,
    ///         e-data     [12] OCTET STRING OPTIONAL }
    mutating func errorMessage(_ container: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        var content = try der.sequenceValue(container)
        while let field = try der.next(&content) {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0: try version(field)
                case 1: try messageType(field, message.type)
                case 2: message.clientTime = try time(field)
                case 3: message.clientMicroseconds = try der.int32Value(field)
                case 4: message.serverTime = try time(field)
                case 5: message.serverMicroseconds = try der.int32Value(field)
                case 6:
                    message.errorCode = try der.int32Value(field)
                    message.parts.insert(.errorCode)
                case 7: message.crealm = try realm(field)
                case 8: message.cname = try principal(field)
                case 9: message.realm = try realm(field)
                case 10: message.sname = try principal(field)
                case 11: message.errorText = names.internText(try der.textValue(field))
                case 12: try errorData(try der.value(field, DERIdentifier.octetString), &message)
                default: break
                }
            } catch {
                note(error)
            }
        }
    }

    /// e-data: METHOD-DATA, TYPED-DATA, KERB-ERROR-DATA (plain, or inside one more SEQUENCE), or
    /// octets of any other kind, which are no fault.
    private func errorData(_ value: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        message.errorDataShape = .unrecognised
        do throws(ParseFault) {
            var content = try encapsulatedSequence(value)
            var plain = ErrorDataEntry()
            var isKerbErrorData = false
            while let element = try der.next(&content) {
                switch element.tag.fieldNumber {
                // [1] and [2] directly inside: KERB-ERROR-DATA, plain.
                case 1:
                    plain.type = try der.int32Value(element)
                    message.errorDataShape = .kerbErrorData
                case 2: plain.readValue(try der.value(element, DERIdentifier.octetString), der)
                default: isKerbErrorData = try errorDataElement(element, &message)
                }
            }
            if message.errorDataShape == .kerbErrorData { message.ntStatus = plain.status }
            // Alone inside one more SEQUENCE; beside others (Samba's AS errors) it is METHOD-DATA that
            // brings a status along.
            if isKerbErrorData, message.errorMethods.count == 1 {
                message.errorDataShape = .kerbErrorData
                message.etypesOrErrorMethods = NumberList()
            }
        } catch {
            // Octets that are not DER are somebody's own e-data; cut ones are cut.
            if error.kind == .truncated || message.errorDataShape != .unrecognised { throw error }
        }
        try der.requireWhole(value)
    }

    /// One element of METHOD-DATA or TYPED-DATA, or KERB-ERROR-DATA wrapped: a PA-DATA of the same
    /// DER, so the error code, the type and the value's form decide. Returns whether it is the latter.
    private func errorDataElement(
        _ element: DERElement, _ message: inout KerberosMessage
    ) throws(ParseFault) -> Bool {
        var fields = try der.sequence(element)
        var entry = ErrorDataEntry()
        var isTyped = false
        while let field = try der.next(&fields) {
            switch field.tag.fieldNumber {
            // TYPED-DATA: data-type [0], data-value [1]; PA-DATA: padata-type [1], padata-value [2].
            case 0:
                isTyped = true
                entry.type = try der.int32Value(field)
                message.errorDataShape = .typedData
                message.etypesOrErrorMethods.append(entry.type)
            case 1 where isTyped: try der.requireWhole(try der.inner(field))
            case 1:
                entry.type = try der.int32Value(field)
                if message.errorDataShape == .unrecognised { message.errorDataShape = .methodData }
                message.etypesOrErrorMethods.append(entry.type)
            case 2: entry.readValue(try der.value(field, DERIdentifier.octetString), der)
            default: break
            }
        }
        if isTyped { return false }
        if entry.type == PADataType.fxFast.rawValue, entry.valueLength > 0 { message.parts.insert(.fast) }
        let code = KerberosErrorCode(rawValue: message.errorCode)
        if code == .preauthenticationFailed || code == .preauthenticationRequired { return false }
        if let status = entry.status { message.ntStatus = status }
        return entry.isKerbErrorData(code)
    }
}

/// A type and value that may be KERB-ERROR-DATA ::= SEQUENCE { data-type [1] INTEGER, data-value [2]
/// OCTET STRING OPTIONAL }.
struct ErrorDataEntry {
    var type: Int32 = 0
    var valueLength = 0
    private var extendedStatus: UInt32?

    /// KERB_ERR_TYPE_EXTENDED (3): status, reserved and flags of four octets each.
    var status: UInt32? { type == 3 ? extendedStatus : nil }

    /// Whether it is KERB-ERROR-DATA, in an error with this code.
    func isKerbErrorData(_ code: KerberosErrorCode) -> Bool {
        // KERB_AP_ERR_TYPE_SKEW_RECOVERY (2) has no value; elsewhere 2 is an empty PA-ENC-TIMESTAMP.
        status != nil || code == .skew && type == 2 && valueLength == 0
    }

    mutating func readValue(_ value: DERElement, _ der: borrowing DERReader) {
        valueLength = value.announcedLength
        if valueLength != 12, !value.tag.isConstructed { return }
        guard let octets = try? der.octetString(value) else { return }
        // PA-PW-SALT has the same number, and a salt may have twelve octets: but it is text, and so
        // has neither four zero octets nor the severity bit of an error.
        guard octets.byteCount == 12 else { return }
        let status = octets.le32(0)
        if octets.le32(4) == 0 || status & 0x8000_0000 != 0 { extendedStatus = status }
    }
}
