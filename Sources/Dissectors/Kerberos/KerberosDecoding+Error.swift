import ByteParsing

// KRB-ERROR and its e-data (RFC 4120, 5.9.1; MS-KILE 2.2.1 and 2.2.2).
extension KerberosDecoding {
    /// KRB-ERROR ::= SEQUENCE { pvno [0], msg-type [1], ctime [2], cusec [3], stime [4], susec [5],
    /// error-code [6], crealm [7], cname [8], realm [9], sname [10], e-text [11], e-data [12] }
    mutating func errorMessage(_ content: consuming DERReader, _ message: inout KerberosMessage) throws(ParseFault) {
        while let field = try content.next() {
            do throws(ParseFault) {
                switch field.tag.fieldNumber {
                case 0: try version(field)
                case 1: try messageType(field, message.type)
                case 2: message.clientTime = try field.inner().generalizedTime()
                case 3: message.clientMicroseconds = try field.innerInt32()
                case 4: message.serverTime = try field.inner().generalizedTime()
                case 5: message.serverMicroseconds = try field.innerInt32()
                case 6:
                    message.errorCode = try field.innerInt32()
                    message.parts.insert(.errorCode)
                case 7: message.crealm = try name(field.inner())
                case 8: message.cname = try principal(field.inner())
                case 9: message.realm = try name(field.inner())
                case 10: message.sname = try principal(field.inner())
                case 11: message.errorText = names.internText(try field.inner().text())
                case 12: try errorData(try field.inner(), &message)
                default: break
                }
            } catch {
                note(error)
            }
        }
    }

    /// e-data: METHOD-DATA, TYPED-DATA, KERB-ERROR-DATA (plain, or inside one more SEQUENCE), or
    /// octets of any other kind, which are no fault.
    private mutating func errorData(_ value: DERElement, _ message: inout KerberosMessage) throws(ParseFault) {
        message.errorDataShape = .unrecognised
        do throws(ParseFault) {
            var content = try value.encapsulated().requireSequence()
            var plain = ErrorDataEntry()
            var isKerbErrorData = false
            while let element = try content.next() {
                switch element.tag.fieldNumber {
                // [1] and [2] directly inside: KERB-ERROR-DATA, plain.
                case 1:
                    plain.type = try element.innerInt32()
                    message.errorDataShape = .kerbErrorData
                case 2: plain.readValue(try element.inner())
                default: isKerbErrorData = try errorDataElement(element, &message)
                }
            }
            if message.errorDataShape == .kerbErrorData { message.ntStatus = plain.status }
            // Alone inside one more SEQUENCE; beside others (Samba's AS errors) it is METHOD-DATA that
            // brings a status along.
            if isKerbErrorData, message.errorMethods.count == 1 {
                message.errorDataShape = .kerbErrorData
                message.types = NumberList()
            }
        } catch {
            // Octets that are not DER are somebody's own e-data; cut ones are cut.
            if error.kind == .truncated || message.errorDataShape != .unrecognised { throw error }
        }
        try value.requireWhole()
    }

    /// One element of METHOD-DATA or TYPED-DATA, or KERB-ERROR-DATA wrapped: a PA-DATA of the same
    /// DER, so the error code, the type and the value's form decide. Returns whether it is the latter.
    private mutating func errorDataElement(
        _ element: DERElement, _ message: inout KerberosMessage
    ) throws(ParseFault) -> Bool {
        var fields = try element.sequence()
        var entry = ErrorDataEntry()
        var isTyped = false
        while let field = try fields.next() {
            switch field.tag.fieldNumber {
            // TYPED-DATA: data-type [0], data-value [1]; PA-DATA: padata-type [1], padata-value [2].
            case 0:
                isTyped = true
                entry.type = try field.innerInt32()
                message.errorDataShape = .typedData
                message.types.append(entry.type)
            case 1 where isTyped: try field.inner().requireWhole()
            case 1:
                entry.type = try field.innerInt32()
                if message.errorDataShape == .unrecognised { message.errorDataShape = .methodData }
                message.types.append(entry.type)
            case 2: entry.readValue(try field.inner())
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

    mutating func readValue(_ value: DERElement) {
        valueLength = value.announcedLength
        if valueLength != 12, !value.tag.isConstructed { return }
        guard let octets = try? value.octetString() else { return }
        readStatus(octets)
    }

    /// The same for a value whose octets are all there.
    @inline(__always)
    mutating func readValue(_ octets: RawSpan) {
        valueLength = octets.byteCount
        readStatus(octets)
    }

    @inline(__always)
    private mutating func readStatus(_ octets: RawSpan) {
        guard octets.byteCount == 12 else { return }
        // PA-PW-SALT has the same number, and a salt may have twelve octets: but it is text, and so
        // has neither four zero octets nor the severity bit of an error.
        let status = octets.le32(0)
        if octets.le32(4) == 0 || status & 0x8000_0000 != 0 { extendedStatus = status }
    }
}
