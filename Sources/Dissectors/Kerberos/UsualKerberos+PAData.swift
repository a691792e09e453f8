import ByteParsing

// Pre-authentication data (RFC 4120, 5.2.7), each with its type and its value.
extension UsualKerberos {
    func padata(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        while position < end {
            var type = PADataType(rawValue: 0)
            let element = der.typedValue(&position, end, &type.rawValue)
            guard element >= 0 else { return false }
            message.padata.append(type.rawValue)
            guard value(type, position, element, &message) else { return false }
            position = element
        }
        return true
    }

    @inline(__always)
    private func value(_ type: PADataType, _ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        switch type {
        case .tgsReq: return headerRequest(start, end, &message)
        case .encTimestamp, .encryptedChallenge, .pkAsReq: message.parts.insert(.preauthentication)
        case .pacRequest:
            guard end &- start == 7, der.bytes.be32(start) == 0x3005_A003, der.bytes.be16(start &+ 4) == 0x0101 else {
                return false
            }
            message.includePAC = der.bytes.u8(start &+ 6) != 0
        case .forUser: return forUser(start, end, &message)
        case .s4uX509User where message.type == .tgsReq || message.type == .tgsRep:
            return s4uX509User(start, end, &message)
        case .fxFast: if end > start { message.parts.insert(.fast) }
        case .pacOptions:
            var position = start
            guard der.enter(0x30, &position, end) == end, der.identifier(position, end) == 0xA0,
                der.bits(&position, end, &message.pacOptions), position == end
            else { return false }
            message.parts.insert(.pacOptions)
        default: break
        }
        return true
    }

    /// PA-TGS-REQ: an AP-REQ.
    private func headerRequest(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        guard der.enter(0x6E, &position, end) == end, der.enter(0x30, &position, end) == end,
            der.identifier(position, end) == 0xA0, der.skip(&position, end),
            der.identifier(position, end) == 0xA1, der.skip(&position, end),
            der.identifier(position, end) == 0xA2, der.bits(&position, end, &message.apOptions)
        else { return false }
        message.parts.insert(.apOptions)
        guard der.identifier(position, end) == 0xA3 else { return false }
        let stop = der.insideLarge(0x61, &position, end)
        guard stop >= 0, ticket(position, stop, &message.headerTicket) else { return false }
        message.parts.insert(.headerTicket)
        position = stop
        return der.identifier(position, end) == 0xA4 && authenticator(&position, end, &message) && position == end
    }

    private func forUser(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        message.parts.insert(.forUser)
        var position = start
        guard der.enter(0x30, &position, end) == end else { return false }
        while position < end {
            var isUsual = true
            switch der.bytes.u8(position) {
            case 0xA0: isUsual = principal(&position, end, &message.forUser)
            case 0xA1: isUsual = realm(&position, end, &message.forUserRealm)
            case 0xA2: isUsual = der.skip(&position, end)
            case 0xA3: isUsual = name(&position, end, &message.forUserPackage)
            default: return false
            }
            if !isUsual { return false }
        }
        return true
    }

    private func s4uX509User(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        message.parts.insert(.s4uX509User)
        let isNamed = message.parts.contains(.forUser)
        var position = start
        guard der.enter(0x30, &position, end) == end, der.identifier(position, end) == 0xA0 else { return false }
        // What follows the user's id is not looked at.
        let stop = der.inside(0x30, &position, end)
        while position < stop {
            var isUsual = true
            switch der.bytes.u8(position) {
            case 0xA0: isUsual = der.integer(&position, stop, &message.s4uNonce)
            case 0xA1 where !isNamed: isUsual = principal(&position, stop, &message.forUser)
            case 0xA2 where !isNamed: isUsual = realm(&position, stop, &message.forUserRealm)
            case 0xA1...0xA4: isUsual = der.skip(&position, stop)
            default: return false
            }
            if !isUsual { return false }
        }
        return stop >= 0
    }
}
