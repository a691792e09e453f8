import PacketModel
import ByteParsing
import Digests

/// A Kerberos message as nearly all are written: every element of the usual form (`UsualDER`), with the type that RFC
/// 4120
/// gives it, and nothing cut. It is read in one pass, with one check for each header.
///
/// What it reads, `KerberosDecoding` reads the same. Where something is written otherwise it says so, and what it has
/// put into
/// the message by then is to be thrown away.
struct UsualKerberos: ~Escapable {
    let der: UsualDER
    let names: NameTable

    @inline(__always)
    @_lifetime(copy bytes)
    private init(_ bytes: RawSpan, _ names: NameTable) {
        der = UsualDER(bytes)
        self.names = names
    }

    /// Reads the message at the start of `bytes`; false where it is not of the usual form.
    static func read(_ bytes: RawSpan, names: NameTable, into message: inout KerberosMessage) -> Bool {
        UsualKerberos(bytes, names).message(&message)
    }

    private func message(_ message: inout KerberosMessage) -> Bool {
        let count = der.bytes.byteCount
        var position = 0
        let stop = der.enter(&position, count)
        guard stop >= 0 else { return false }
        let tag = der.bytes.u8(0)
        let end = der.enter(0x30, &position, stop)
        guard end == stop else { return false }
        message.type.rawValue = Int32(tag & 0x1F)
        message.length = Int32(truncatingIfNeeded: end)
        switch tag {
        case 0x6A, 0x6C: return request(position, end, &message)
        case 0x6B, 0x6D: return reply(position, end, &message)
        case 0x6E: return applicationRequest(position, end, &message)
        case 0x6F: return applicationReply(position, end, &message)
        case 0x7E: return error(position, end, &message)
        default: return false
        }
    }

    /// pvno and msg-type, under tags that follow each other.
    @inline(__always)
    func version(_ tag: UInt8, _ position: inout Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        let both = UInt64(tag) << 56 | UInt64(tag &+ 1) << 16 | 0x0003_0201_0500_0302
        if der.bytes.be64(ifThere: position) == both, let last = der.bytes.be16(ifThere: position &+ 8),
            end &- position >= 10
        {
            position &+= 10
            return Int32(last) == 0x0100 | message.type.rawValue
        }
        var version: Int32 = 0, type: Int32 = 0
        return der.identifier(position, end) == tag && der.integer(&position, end, &version) && version == 5
            && der.identifier(position, end) == tag &+ 1 && der.integer(&position, end, &type)
            && type == message.type.rawValue
    }

    // MARK: The messages

    private func request(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        guard version(0xA1, &position, end, &message) else { return false }
        if der.identifier(position, end) == 0xA3 {
            let stop = der.insideLarge(0x30, &position, end)
            guard stop >= 0, padata(position, stop, &message) else { return false }
            position = stop
        }
        guard der.identifier(position, end) == 0xA4 else { return false }
        let stop = der.inside(0x30, &position, end)
        return stop == end && requestBody(position, stop, &message)
    }

    private func requestBody(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        while position < end {
            var isUsual = true
            switch der.bytes.u8(position) {
            case 0xA0:
                isUsual = der.bits(&position, end, &message.firstWord)
                message.parts.insert(.kdcOptions)
            case 0xA1: isUsual = principal(&position, end, &message.cname)
            case 0xA2: isUsual = realm(&position, end, &message.realm)
            case 0xA3: isUsual = principal(&position, end, &message.sname)
            case 0xA4: isUsual = time(&position, end, &message.firstTime)
            case 0xA5: isUsual = time(&position, end, &message.secondTime)
            case 0xA6: isUsual = time(&position, end, &message.thirdTime)
            case 0xA7:
                isUsual = der.integer(&position, end, &message.secondWord)
                message.parts.insert(.nonce)
            case 0xA8: isUsual = etypes(&position, end, &message)
            case 0xA9: isUsual = addresses(&position, end, &message)
            // enc-authorization-data.
            case 0xAA: isUsual = der.skip(&position, end)
            case 0xAB: isUsual = additionalTickets(&position, end, &message)
            default: return false
            }
            if !isUsual { return false }
        }
        return position == end
    }

    private func reply(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        guard version(0xA0, &position, end, &message) else { return false }
        if der.identifier(position, end) == 0xA2 {
            let stop = der.insideLarge(0x30, &position, end)
            guard stop >= 0, padata(position, stop, &message) else { return false }
            position = stop
        }
        guard der.identifier(position, end) == 0xA3, realm(&position, end, &message.crealm),
            der.identifier(position, end) == 0xA4, principal(&position, end, &message.cname),
            der.identifier(position, end) == 0xA5, ownTicket(&position, end, &message),
            der.identifier(position, end) == 0xA6, encPart(&position, end, &message)
        else { return false }
        return position == end
    }

    private func applicationRequest(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        guard version(0xA0, &position, end, &message),
            der.identifier(position, end) == 0xA2, der.bits(&position, end, &message.apOptions)
        else { return false }
        message.parts.insert(.apOptions)
        guard der.identifier(position, end) == 0xA3, ownTicket(&position, end, &message),
            der.identifier(position, end) == 0xA4, authenticator(&position, end, &message)
        else { return false }
        return position == end
    }

    private func applicationReply(_ start: Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var position = start
        guard version(0xA0, &position, end, &message), der.identifier(position, end) == 0xA2,
            encPart(&position, end, &message)
        else { return false }
        return position == end
    }

    // MARK: Their parts

    /// Realm, in an EXPLICIT tag.
    @inline(__always)
    func realm(_ position: inout Int, _ end: Int, _ id: inout NameID) -> Bool {
        let stop = der.inside(0x1B, &position, end)
        guard stop >= 0 else { return false }
        id = names.realm(der.bytes.slice(position, stop))
        position = stop
        return true
    }

    /// KerberosString, in an EXPLICIT tag.
    @inline(__always)
    func name(_ position: inout Int, _ end: Int, _ id: inout NameID) -> Bool {
        let stop = der.inside(0x1B, &position, end)
        guard stop >= 0 else { return false }
        id = names.intern(der.bytes.slice(position, stop))
        position = stop
        return true
    }

    /// PrincipalName, in an EXPLICIT tag.
    @inline(__always)
    func principal(_ position: inout Int, _ end: Int, _ principal: inout Principal) -> Bool {
        let stop = der.inside(0x30, &position, end)
        guard stop >= 0, let known = names.principal(content: der.bytes.slice(position, stop)) else { return false }
        principal = known
        position = stop
        return true
    }

    /// KerberosTime, in an EXPLICIT tag.
    @inline(__always)
    func time(_ position: inout Int, _ end: Int, _ time: inout SparseTime) -> Bool {
        let stop = der.inside(0x18, &position, end)
        guard stop >= 0, let value = DERElement.usualTime(der.bytes.slice(position, stop), &names.lastDay.value) else {
            return false
        }
        time.nanoseconds = value.nanoseconds
        position = stop
        return true
    }

    private func etypes(_ position: inout Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        let stop = der.inside(0x30, &position, end)
        guard stop >= 0 else { return false }
        while position < stop {
            if stop &- position >= 3, der.bytes.be16(position) == 0x0201 {
                message.types.append(Int32(Int8(bitPattern: der.bytes.u8(position &+ 2))))
                position &+= 3
                continue
            }
            let inner = der.enter(0x02, &position, stop)
            guard inner >= 0, let etype = der.number(position, inner) else { return false }
            message.types.append(etype)
            position = inner
        }
        return true
    }

    private func addresses(_ position: inout Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        let stop = der.inside(0x30, &position, end)
        guard stop >= 0 else { return false }
        while position < stop {
            guard der.skip(&position, stop) else { return false }
            message.thirdWord &+= 1
        }
        return true
    }

    private func additionalTickets(_ position: inout Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        let stop = der.inside(0x30, &position, end)
        guard stop >= 0 else { return false }
        while position < stop {
            let inner = der.enter(0x61, &position, stop)
            var reference = TicketReference.unknown
            guard inner >= 0, ticket(position, inner, &reference) else { return false }
            message.additionalTickets.append(reference)
            position = inner
        }
        return true
    }

    /// The ticket of a reply or an AP-REQ, in an EXPLICIT tag.
    private func ownTicket(_ position: inout Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        let stop = der.insideLarge(0x61, &position, end)
        guard stop >= 0, ticket(position, stop, &message.additionalTickets.storage[0]) else { return false }
        message.sname = message.additionalTickets.storage[0].sname
        message.realm = message.additionalTickets.storage[0].realm
        message.parts.insert(.ticket)
        position = stop
        return true
    }

    /// What stands inside the tag of a Ticket; it has a realm, so that the reference is not that of nothing.
    @inline(never)
    func ticket(_ start: Int, _ end: Int, _ reference: inout TicketReference) -> Bool {
        var position = start
        guard ticketVersion(&position, end),
            der.identifier(position, end) == 0xA1, realm(&position, end, &reference.realm),
            der.identifier(position, end) == 0xA2, principal(&position, end, &reference.sname),
            der.identifier(position, end) == 0xA3
        else { return false }
        var kvno: UInt32?
        let cipher = encryptedPart(&position, end, &reference.etype, &kvno)
        guard cipher >= 0, position == end else { return false }
        reference.setPart(kvno: kvno, length: end &- cipher)
        reference.digest = names.digest(ofCipher: der.bytes.slice(cipher, end))
        return true
    }

    /// Steps into a Ticket, past tkt-vno.
    @inline(__always)
    private func ticketVersion(_ position: inout Int, _ end: Int) -> Bool {
        if let head = der.bytes.be64(ifThere: position), head & 0xFFFF_0000_FFFF_FFFF == 0x3082_0000_A003_0201,
            position &+ 4 &+ Int(head >> 32 & 0xFFFF) == end, head >> 32 & 0xFFFF >= 5
        {
            position &+= 9
            return true
        }
        return der.enter(0x30, &position, end) == end && der.identifier(position, end) == 0xA0
            && der.skip(&position, end)
    }

    func authenticator(_ position: inout Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var kvno: UInt32?
        let cipher = encryptedPart(&position, end, &message.authenticatorEtype, &kvno)
        guard cipher >= 0 else { return false }
        message.authenticatorDigest = names.digest(ofCipher: der.bytes.slice(cipher, position))
        return true
    }

    private func encPart(_ position: inout Int, _ end: Int, _ message: inout KerberosMessage) -> Bool {
        var kvno: UInt32?
        guard encryptedPart(&position, end, &message.encPartEtype, &kvno) >= 0 else { return false }
        message.encPartKvno = kvno
        message.parts.insert(.encPart)
        return true
    }

    /// EncryptedData, in an EXPLICIT tag: returns where the octets of its cipher begin, and `position` is where they
    /// end.
    @inline(__always)
    private func encryptedPart(_ position: inout Int, _ end: Int, _ etype: inout Int32, _ kvno: inout UInt32?) -> Int {
        let stop = der.insideLarge(0x30, &position, end)
        guard stop >= 0 else { return UsualDER.none }
        if der.cipher(&position, stop, &etype, &kvno) {
            let cipher = position
            position = stop
            return cipher
        }
        guard der.identifier(position, stop) == 0xA0, der.integer(&position, stop, &etype) else { return UsualDER.none }
        if der.identifier(position, stop) == 0xA1 {
            var number: UInt32 = 0
            guard der.integer(&position, stop, &number) else { return UsualDER.none }
            kvno = number
        }
        guard der.identifier(position, stop) == 0xA2, der.inside(0x04, &position, stop) == stop else {
            return UsualDER.none
        }
        let cipher = position
        position = stop
        return cipher
    }
}

extension NameTable {
    /// The principal whose PrincipalName has this content; nil where that is not read to its end without a fault.
    @inline(__always)
    fileprivate func principal(content: RawSpan) -> Principal? {
        var place = PrincipalMemo.Place()
        if let known = principal(encoded: content, &place) { return known }
        return newPrincipal(content, place)
    }

    @inline(never)
    private func newPrincipal(_ content: RawSpan, _ place: PrincipalMemo.Place) -> Principal? {
        // Deeper than any stands: what is too deep inside it is for others to judge.
        let element = DERElement(
            tag: .sequence, content: content, offset: 0, contentOffset: 0, announcedLength: content.byteCount,
            isCut: false,
            depth: DERReader.maximumDepth / 2)
        guard let principal = try? KerberosDecoding(names: self).readPrincipal(element) else { return nil }
        if principal.isPresent { remember(principal, at: place) }
        return principal
    }
}
