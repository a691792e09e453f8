import ByteParsing

// KRB-ERROR (RFC 4120, 5.9.1), with METHOD-DATA or KERB-ERROR-DATA in e-data.
extension UsualKerberos {
    func error(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        guard version(0xA0, &position, end, &message) else { return false }
        while position < end {
            var isUsual = true
            switch der.bytes.u8(position) {
            case 0xA2: isUsual = time(&position, end, &message.firstTime)
            case 0xA3: isUsual = microseconds(&position, end) { message.clientMicroseconds = $0 }
            case 0xA4: isUsual = time(&position, end, &message.secondTime)
            case 0xA5: isUsual = microseconds(&position, end) { message.serverMicroseconds = $0 }
            case 0xA6:
                isUsual = der.integer(&position, end, &message.firstWord)
                message.parts.insert(.errorCode)
            case 0xA7: isUsual = realm(&position, end, &message.crealm)
            case 0xA8: isUsual = principal(&position, end, &message.cname)
            case 0xA9: isUsual = realm(&position, end, &message.realm)
            case 0xAA: isUsual = principal(&position, end, &message.sname)
            case 0xAB:
                let stop = der.inside(0x1B, &position, end)
                isUsual = stop >= 0
                if isUsual { message.errorText = names.internText(der.bytes.slice(position, stop)) }
                position = stop
            case 0xAC:
                let stop = der.inside(0x04, &position, end)
                isUsual = stop >= 0 && errorData(position, stop, &message)
                position = stop
            default: return false
            }
            if !isUsual { return false }
        }
        return position == end
    }

    @inline(__always)
    private func microseconds(_ position: inout Int, _ end: Int, _ keep: (Int32) -> Void) -> Bool {
        var number: Int32 = 0
        guard der.integer(&position, end, &number) else { return false }
        keep(number)
        return true
    }

    /// A sequence of PA-DATA, each with its type and value, or KERB-ERROR-DATA alone.
    private func errorData(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        guard der.enter(0x30, &position, end) == end, message.errorDataShape == .absent else { return false }
        if der.identifier(position, end) == 0xA1 { return plainErrorData(position, end, &message) }
        message.errorDataShape = .unrecognised
        let code = KerberosErrorCode(rawValue: message.errorCode)
        let asksForMore = code == .preauthenticationFailed || code == .preauthenticationRequired
        var isKerbErrorData = false
        while position < end {
            if asksForMore {
                // A list of methods, mostly without a word of each: only their types count.
                var type: Int32 = 0
                let element = der.typedValueAtOnce(&position, end, &type)
                if element >= 0 {
                    message.errorDataShape = .methodData
                    message.types.append(type)
                    if type == PADataType.fxFast.rawValue, element > position { message.parts.insert(.fast) }
                    position = element
                    continue
                }
            }
            var entry = ErrorDataEntry()
            let element = errorDataEntry(&position, end, &entry)
            guard element >= 0 else { return false }
            message.errorDataShape = .methodData
            message.types.append(entry.type)
            position = element
            if entry.type == PADataType.fxFast.rawValue, entry.valueLength > 0 { message.parts.insert(.fast) }
            isKerbErrorData = false
            if asksForMore { continue }
            if let status = entry.status { message.ntStatus = status }
            isKerbErrorData = entry.isKerbErrorData(code)
        }
        if isKerbErrorData, message.types.count == 1 {
            message.errorDataShape = .kerbErrorData
            message.types = NumberList()
        }
        return true
    }

    /// Reads the type and the value, if it has one, of a PA-DATA, and returns where it ends.
    @inline(__always)
    private func errorDataEntry(_ position: inout Int, _ end: Int, _ entry: inout ErrorDataEntry) -> Int {
        let element = der.typedValueAtOnce(&position, end, &entry.type)
        if element < 0 { return anyErrorDataEntry(&position, end, &entry) }
        entry.readValue(der.bytes.slice(position, element))
        return element
    }

    @inline(never)
    private func anyErrorDataEntry(_ position: inout Int, _ end: Int, _ entry: inout ErrorDataEntry) -> Int {
        let element = der.enter(0x30, &position, end)
        guard element >= 0, der.identifier(position, element) == 0xA1, der.integer(&position, element, &entry.type)
        else { return UsualDER.none }
        if position < element {
            guard der.identifier(position, element) == 0xA2, der.inside(0x04, &position, element) == element else {
                return UsualDER.none
            }
            entry.readValue(der.bytes.slice(position, element))
        }
        return element
    }

    private func plainErrorData(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        var entry = ErrorDataEntry()
        guard der.integer(&position, end, &entry.type) else { return false }
        if position < end {
            guard der.identifier(position, end) == 0xA2, der.inside(0x04, &position, end) == end else { return false }
            entry.readValue(der.bytes.slice(position, end))
        }
        message.errorDataShape = .kerbErrorData
        message.ntStatus = entry.status
        return true
    }
}
