import PacketModel
import ByteParsing
import Digests
import Testing

@testable import Dissectors

/// Messages are copied with every exchange: what they take, and what shares room in them.
struct MessageRoomTests {
    struct Bound: Sendable, CustomStringConvertible {
        var type: String
        var octets: Int
        var atMost: Int
        var description: String { "\(type): \(octets) octets, at most \(atMost)" }
    }

    static let bounds = [
        Bound(type: "KerberosMessage", octets: MemoryLayout<KerberosMessage>.stride, atMost: 384),
        Bound(type: "TicketReference", octets: MemoryLayout<TicketReference>.stride, atMost: 48),
        Bound(type: "NumberList<24>", octets: MemoryLayout<NumberList<24>>.stride, atMost: 56),
        Bound(type: "HTTPMessage", octets: MemoryLayout<HTTPMessage>.stride, atMost: 752),
        Bound(type: "AuthenticationToken", octets: MemoryLayout<AuthenticationToken>.stride, atMost: 480),
        Bound(type: "NTLMMessage", octets: MemoryLayout<NTLMMessage>.stride, atMost: 48),
        Bound(type: "HTTPAuthentication", octets: MemoryLayout<HTTPAuthentication?>.stride, atMost: 12),
        Bound(type: "Mechanism", octets: MemoryLayout<Mechanism?>.stride, atMost: 4),
    ]

    @Test(arguments: bounds) func sizes(_ bound: Bound) {
        print(bound)
        #expect(bound.octets <= bound.atMost)
    }

    // MARK: Lists

    /// Numbers of every width are kept as they are.
    @Test(arguments: [
        [], [18, 17, 23, -135, 3], [Int32.min, Int32.max, 0, -1], [32_767, 32_768, -32_768, -32_769, 65_535, 65_536],
        [1, 0x7FFF_8000, 2, -0x8000_0000, 3, 0x0001_8001, -4], Array(1...16), Array(-8...7),
        [Int32](repeating: 100_000, count: 8), [Int32](repeating: -100_000, count: 7) + [1, 2],
    ])
    func numbersThatFit(_ numbers: [Int32]) {
        var list = NumberList<16>()
        for number in numbers { list.append(number) }
        #expect(list.array == numbers)
        #expect(list.count == numbers.count && list.omitted == 0 && list.isEmpty == numbers.isEmpty)
    }

    /// A row of numbers, and how many of them are kept.
    struct Full: Sendable {
        var numbers: [Int32]
        var kept: Int
    }

    /// What does not fit is counted, and so is all that follows it.
    @Test(arguments: [
        Full(numbers: Array(1...17), kept: 16), Full(numbers: [Int32](repeating: 70_000, count: 20), kept: 8),
        Full(numbers: Array(1...15) + [70_000, 16], kept: 15),
        Full(numbers: Array(1...14) + [70_000, 16, 70_000], kept: 15),
        Full(numbers: [70_000] + Array(1...15), kept: 15),
    ])
    func numbersThatDoNotFit(_ full: Full) {
        var list = NumberList<16>()
        for number in full.numbers { list.append(number) }
        #expect(list.array == Array(full.numbers.prefix(full.kept)))
        #expect(list.count == full.kept && Int(list.omitted) == full.numbers.count - full.kept && !list.isEmpty)
    }

    /// The list with the most places has a bit for each of them.
    @Test func largestList() {
        var list = NumberList<32>()
        for number in 0..<15 { list.append(Int32(number)) }
        for _ in 0..<9 { list.append(.min) }
        #expect(list.array == Array(0..<15) + [Int32](repeating: .min, count: 8))
        #expect(list.count == 23 && list.omitted == 1)
    }

    @Test func omittedIsCountedToItsEnd() {
        var list = InlineList<2, UInt8>(filler: 0)
        for number in 0..<16_777_220 { list.append(UInt8(truncatingIfNeeded: number)) }
        #expect(list.array == [0, 1] && list.count == 2 && list.omitted == 0xFF_FFFF)
    }

    // MARK: Shared room

    /// A KRB-ERROR has nothing of a request, and the other way round.
    @Test func requestsAndErrors() {
        var message = KerberosMessage()
        message.type = .tgsReq
        message.kdcOptions = 1
        message.nonce = 2
        message.addressCount = 3
        message.from = CaptureTime(nanoseconds: 4)
        message.till = CaptureTime(nanoseconds: -5)
        message.renewTill = CaptureTime(nanoseconds: .max)
        message.etypes.append(6)
        message.etypes.append(-133)
        #expect(message.kdcOptions == 1 && message.nonce == 2 && message.addressCount == 3)
        #expect(
            message.from?.nanoseconds == 4 && message.till?.nanoseconds == -5 && message.renewTill?.nanoseconds == .max)
        #expect(message.etypes.array == [6, -133])
        #expect(
            message.errorCode == 0 && message.ntStatus == nil && !message.errorText.isPresent
                && message.errorMethods.isEmpty)
        #expect(message.clientTime == nil && message.serverTime == nil)
        #expect(message.clientMicroseconds == nil && message.serverMicroseconds == nil)
        message.type = .krbError
        #expect(message.kdcOptions == 0 && message.nonce == 0 && message.addressCount == 0 && message.etypes.isEmpty)
        #expect(message.from == nil && message.till == nil && message.renewTill == nil)
    }

    @Test func errors() {
        var message = KerberosMessage()
        message.type = .krbError
        #expect(message.clientTime == nil && message.serverTime == nil && message.ntStatus == nil)
        message.errorCode = -1
        message.ntStatus = 0
        message.errorText = .empty
        message.clientTime = CaptureTime(nanoseconds: 7)
        message.serverTime = CaptureTime(nanoseconds: 8)
        message.errorMethods.append(19)
        #expect(
            message.errorCode == -1 && message.ntStatus == 0 && message.errorText == .empty
                && message.errorMethods.array == [19])
        #expect(message.clientTime?.nanoseconds == 7 && message.serverTime?.nanoseconds == 8)
        message.ntStatus = nil
        #expect(message.ntStatus == nil)
    }

    /// Two numbers in one word leave each other alone.
    @Test(arguments: [nil, 0, 999_999, -1, Int32.min, Int32.max] as [Int32?]) func microseconds(_ number: Int32?) {
        var message = KerberosMessage()
        message.type = .krbError
        message.clientMicroseconds = number
        #expect(message.clientMicroseconds == number && message.serverMicroseconds == nil)
        message.serverMicroseconds = -7
        #expect(message.clientMicroseconds == number && message.serverMicroseconds == -7)
        message.clientMicroseconds = -9
        message.serverMicroseconds = number
        #expect(message.clientMicroseconds == -9 && message.serverMicroseconds == number)
    }

    /// A message has additional tickets or one of its own.
    @Test func tickets() {
        var ticket = TicketReference.unknown
        ticket.etype = 18
        var message = KerberosMessage()
        #expect(message.ticket == .unknown)
        message.ticket = ticket
        #expect(
            message.ticket == ticket && message.additionalTickets.isEmpty && message.additionalTickets.array.isEmpty)
        var request = KerberosMessage()
        request.additionalTickets.append(ticket)
        #expect(request.ticket == .unknown && request.additionalTickets.array == [ticket])
        request.ticket = .unknown
        #expect(request.additionalTickets.array == [ticket])
    }

    /// Whether there is a key version does not touch the length, whatever both are.
    @Test(arguments: [nil, 0, 2, .max] as [UInt32?], [0, 1, .max] as [Int32])
    func keyVersions(_ kvno: UInt32?, _ length: Int32) {
        let made = TicketReference(
            realm: .none, sname: .none, etype: 0, kvno: kvno, digest: Digest128(high: 0, low: 0), cipherLength: length)
        var changed = TicketReference.unknown
        changed.kvno = 77
        changed.cipherLength = length
        changed.kvno = kvno
        #expect(made.kvno == kvno && made.cipherLength == length && changed == made)
        var message = KerberosMessage()
        message.encPartKvno = kvno
        #expect(message.encPartKvno == kvno)
    }

    @Test(arguments: [nil, false, true] as [Bool?]) func includePAC(_ value: Bool?) {
        var message = KerberosMessage()
        message.includePAC = value == nil ? true : nil
        message.includePAC = value
        #expect(message.includePAC == value)
    }

    /// What nobody has registered is kept as it is, and counted where it finds no room.
    @Test func largeNumbersOnTheWire() {
        let wire = (0..<10).map { Int64($0) * -100_000_000 - 40_000 }
        let numbers = wire.map { Int32($0) }
        let list = DER.ctx(8, DER.wrap(0x30, wire.flatMap { DER.int($0) }))
        let request = KerberosReading(
            KerberosSample.request(10, padata: wire.map { KerberosSample.pa($0, []) }, body: list))
        #expect(request.fault == nil)
        #expect(request.message.etypes.array == Array(numbers.prefix(8)) && request.message.etypes.omitted == 2)
        #expect(request.message.padata.array == numbers && request.message.padata.omitted == 0)
        let methods = DER.wrap(0x30, wire.flatMap { KerberosSample.pa($0, []) })
        let error = KerberosReading(KerberosSample.error(25, data: methods))
        #expect(error.message.errorMethods.array == Array(numbers.prefix(8)) && error.message.errorMethods.omitted == 2)
    }

    /// A reply may carry what only a request should: its own ticket and the other do not share room.
    @Test func replyWithATicketThatPays() {
        let reply = DER.app(
            13,
            DER.seq(
                DER.ctx(0, DER.int(5)), DER.ctx(1, DER.int(13)),
                DER.ctx(2, DER.seq(KerberosSample.pa(1, KerberosSample.apReq(KerberosSample.tgt)))),
                DER.ctx(3, DER.text("EXAMPLE.ORG")), DER.ctx(4, KerberosSample.principal(1, "alice")),
                DER.ctx(5, KerberosSample.evidence),
                DER.ctx(6, KerberosSample.encrypted(18, kvno: 7, [1, 1, 2, 3, 5, 8]))))
        let read = KerberosReading(reply)
        #expect(read.fault == nil && read.message.parts.isSuperset(of: [.ticket, .headerTicket]))
        #expect(read.text(read.message.ticket.sname) == "conn$")
        #expect(read.text(read.message.headerTicket.sname) == "krbtgt/EXAMPLE.ORG")
    }

    /// Of two messages in one token the last is told, with nothing of the first.
    @Test func tokenWithTwoMessages() {
        let names = NameTable()
        var text = ByteBuffer(capacity: 16)
        let two = TokenSample.initial(
            TokenSample.spnego,
            TokenSample.negTokenInit(
                [TokenSample.kerberos], DER.ctx(2, DER.octets(KerberosSample.s4u2Proxy)),
                DER.ctx(2, DER.octets(TokenSample.apReq))))
        let token = AuthenticationToken(decoding: two.rawBytes, names: names, text: &text)
        var alone = KerberosMessage()
        let request = TokenSample.apReq
        let fault = KerberosDecoder.decode(request.rawBytes, names: names, into: &alone)
        #expect(fault == nil && token.fault == nil && token.kerberos.type == .apReq)
        #expect(fieldText(token.kerberos, names) == fieldText(alone, names))
    }

    // MARK: HTTP

    @Test(arguments: [nil, 0, 1, .max] as [UInt64?]) func contentLength(_ length: UInt64?) {
        var message = HTTPMessage(kind: .response)
        message.contentLength = 5
        message.contentLength = length
        #expect(message.contentLength == length && message.date == nil)
    }

    @Test(
        arguments: [
            (0, 0), (65_535, 65_535), (65_536, 65_536), (16_777_215, 16_777_215), (Int32.max, 16_777_215), (-1, 0),
        ] as [(Int32, Int32)])
    func tokenLength(_ length: Int32, _ kept: Int32) {
        let made = HTTPAuthentication(scheme: .empty, tokenKind: .ntlm, realm: .overflow, tokenLength: length)
        #expect(made.tokenLength == kept && made.tokenKind == .ntlm && made.scheme == .empty && made.realm == .overflow)
    }

    /// The id of every name that a table of the usual size hands out, and of larger ones.
    @Test(arguments: [0, 1, 65_535, 65_536, 262_143, 16_777_215] as [UInt32]) func mechanisms(_ id: UInt32) {
        let made = Mechanism(oid: NameID(rawValue: id), kind: .negoEx)
        #expect(made.oid.rawValue == id && made.kind == .negoEx)
    }
}
