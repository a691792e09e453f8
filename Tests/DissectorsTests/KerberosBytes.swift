import PacketModel
import ByteParsing
import Dissectors

/// Builds DER by hand, so that tests say what they mean octet by octet.
enum DER {
    static func tlv(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] { wrap(tag, parts.flatMap { $0 }) }
    static func seq(_ parts: [UInt8]...) -> [UInt8] { wrap(0x30, parts.flatMap { $0 }) }
    static func ctx(_ number: UInt8, _ parts: [UInt8]...) -> [UInt8] { wrap(0xA0 | number, parts.flatMap { $0 }) }
    static func app(_ number: UInt8, _ parts: [UInt8]...) -> [UInt8] { wrap(0x60 | number, parts.flatMap { $0 }) }
    static func octets(_ content: [UInt8]) -> [UInt8] { wrap(0x04, content) }
    static func text(_ string: String) -> [UInt8] { wrap(0x1B, Array(string.utf8)) }
    static func time(_ string: String) -> [UInt8] { wrap(0x18, Array(string.utf8)) }
    static func bits(_ value: UInt32) -> [UInt8] { wrap(0x03, [0] + bigEndian(value)) }
    static func bool(_ value: Bool) -> [UInt8] { [1, 1, value ? 0xFF : 0] }

    static func int(_ value: Int64) -> [UInt8] {
        var content = (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * Int64($0))) }
        while content.count > 1, content[0] == (content[1] & 0x80 == 0 ? 0 : 0xFF) { content.removeFirst() }
        return wrap(0x02, content)
    }

    static func wrap(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        if content.count < 128 { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    static func bigEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
    }
    static func littleEndian(_ value: UInt32) -> [UInt8] { bigEndian(value).reversed() }
}

/// Whole Kerberos messages, one of each shape that matters.
enum KerberosSample {
    static let evidenceCipher = (0..<200).map { UInt8(truncatingIfNeeded: $0 * 7) }
    static let tgtCipher = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 11 + 3) }

    static func principal(_ type: Int64, _ components: String...) -> [UInt8] {
        DER.seq(DER.ctx(0, DER.int(type)), DER.ctx(1, DER.wrap(0x30, components.flatMap { DER.text($0) })))
    }

    static func encrypted(_ etype: Int64, kvno: Int64? = nil, _ cipher: [UInt8]) -> [UInt8] {
        DER.seq(
            DER.ctx(0, DER.int(etype)), kvno.map { DER.ctx(1, DER.int($0)) } ?? [], DER.ctx(2, DER.octets(cipher)))
    }

    static func ticket(_ realm: String, _ sname: [UInt8], kvno: Int64 = 2, _ cipher: [UInt8]) -> [UInt8] {
        DER.app(
            1,
            DER.seq(
                DER.ctx(0, DER.int(5)), DER.ctx(1, DER.text(realm)), DER.ctx(2, sname),
                DER.ctx(3, encrypted(18, kvno: kvno, cipher))))
    }

    static func pa(_ type: Int64, _ value: [UInt8]) -> [UInt8] {
        DER.seq(DER.ctx(1, DER.int(type)), DER.ctx(2, DER.octets(value)))
    }

    static let tgt = ticket("EXAMPLE.ORG", principal(2, "krbtgt", "EXAMPLE.ORG"), tgtCipher)
    static let evidence = ticket("EXAMPLE.ORG", principal(1, "conn$"), evidenceCipher)

    static func apReq(_ ticket: [UInt8], options: UInt32 = 0x2000_0000) -> [UInt8] {
        DER.app(
            14,
            DER.seq(
                DER.ctx(0, DER.int(5)), DER.ctx(1, DER.int(14)), DER.ctx(2, DER.bits(options)), DER.ctx(3, ticket),
                DER.ctx(4, encrypted(18, [9, 8, 7, 6, 5]))))
    }

    static func request(_ type: UInt8, padata: [[UInt8]], body: [UInt8]...) -> [UInt8] {
        DER.app(
            type,
            DER.seq(
                DER.ctx(1, DER.int(5)), DER.ctx(2, DER.int(Int64(type))),
                padata.isEmpty ? [] : DER.ctx(3, DER.wrap(0x30, padata.flatMap { $0 })),
                DER.ctx(4, DER.wrap(0x30, body.flatMap { $0 }))))
    }

    static let asReq = request(
        10, padata: [pa(2, encrypted(18, [1, 2, 3])), pa(128, DER.seq(DER.ctx(0, DER.bool(true))))],
        body: DER.ctx(0, DER.bits(0x4081_0010)), DER.ctx(1, principal(1, "conn$")), DER.ctx(2, DER.text("EXAMPLE.ORG")),
        DER.ctx(3, principal(2, "krbtgt", "EXAMPLE.ORG")), DER.ctx(5, DER.time("20370913024805Z")),
        DER.ctx(6, DER.time("20370913024805Z")), DER.ctx(7, DER.int(0x1234_5678)),
        DER.ctx(8, DER.seq(DER.int(18), DER.int(17), DER.int(23), DER.int(-135))),
        DER.ctx(9, DER.seq(DER.seq(DER.ctx(0, DER.int(20)), DER.ctx(1, DER.octets(Array("CONN            ".utf8)))))))

    static let s4u2Self = request(
        12,
        padata: [
            pa(1, apReq(tgt, options: 0)),
            pa(
                129,
                DER.seq(
                    DER.ctx(0, principal(10, "alice@corp.example")), DER.ctx(1, DER.text("EXAMPLE.ORG")),
                    DER.ctx(2, DER.seq(DER.ctx(0, DER.int(-138)), DER.ctx(1, DER.octets([1, 2, 3])))),
                    DER.ctx(3, DER.text("Kerberos")))),
            pa(130, s4uX509("bob", nonce: 77)), pa(4711, []),
        ],
        body: DER.ctx(0, DER.bits(0x4081_0000)), DER.ctx(2, DER.text("EXAMPLE.ORG")),
        DER.ctx(3, principal(1, "conn$")), DER.ctx(5, DER.time("20370913024805Z")), DER.ctx(7, DER.int(-2)),
        DER.ctx(8, DER.seq(DER.int(18), DER.int(23))))

    static func s4uX509(_ user: String, nonce: Int64) -> [UInt8] {
        DER.seq(
            DER.ctx(
                0,
                DER.seq(
                    DER.ctx(0, DER.int(nonce)), DER.ctx(1, principal(1, user)), DER.ctx(2, DER.text("OTHER.ORG")),
                    DER.ctx(4, DER.bits(0x2000_0000)))),
            DER.ctx(1, DER.seq(DER.ctx(0, DER.int(16)), DER.ctx(1, DER.octets([4, 4])))))
    }

    static let s4u2Proxy = request(
        12,
        padata: [pa(1, apReq(tgt, options: 0)), pa(167, DER.seq(DER.ctx(0, DER.bits(0x1000_0000))))],
        body: DER.ctx(0, DER.bits(0x4083_0000)), DER.ctx(2, DER.text("EXAMPLE.ORG")),
        DER.ctx(3, principal(2, "http", "web.example.org")), DER.ctx(5, DER.time("20370913024805Z")),
        DER.ctx(7, DER.int(1)), DER.ctx(8, DER.seq(DER.int(18))), DER.ctx(10, encrypted(18, [5, 5, 5])),
        DER.ctx(11, DER.seq(evidence)))

    static func reply(_ type: UInt8, _ ticket: [UInt8]) -> [UInt8] {
        DER.app(
            type,
            DER.seq(
                DER.ctx(0, DER.int(5)), DER.ctx(1, DER.int(Int64(type))),
                DER.ctx(2, DER.seq(pa(19, DER.seq(DER.seq(DER.ctx(0, DER.int(18))))))),
                DER.ctx(3, DER.text("EXAMPLE.ORG")), DER.ctx(4, principal(1, "alice")), DER.ctx(5, ticket),
                DER.ctx(6, encrypted(18, kvno: 7, [1, 1, 2, 3, 5, 8]))))
    }

    static let asRep = reply(11, tgt)
    static let tgsRep = reply(13, evidence)
    static let apRequest = apReq(ticket("EXAMPLE.ORG", principal(2, "http", "web.example.org"), [4, 2]))
    static let apRep = DER.app(
        15, DER.seq(DER.ctx(0, DER.int(5)), DER.ctx(1, DER.int(15)), DER.ctx(2, encrypted(17, [6, 6, 6]))))

    static func error(_ code: Int64, data: [UInt8]?) -> [UInt8] {
        DER.app(
            30,
            DER.seq(
                DER.ctx(0, DER.int(5)), DER.ctx(1, DER.int(30)), DER.ctx(2, DER.time("20240101000000Z")),
                DER.ctx(3, DER.int(12)), DER.ctx(4, DER.time("20240229123456Z")), DER.ctx(5, DER.int(999_999)),
                DER.ctx(6, DER.int(code)), DER.ctx(7, DER.text("CLIENT.ORG")), DER.ctx(8, principal(1, "conn$")),
                DER.ctx(9, DER.text("EXAMPLE.ORG")), DER.ctx(10, principal(2, "http", "web.example.org")),
                DER.ctx(11, DER.text("refused")), data.map { DER.ctx(12, DER.octets($0)) } ?? []))
    }

    static func extendedError(_ status: UInt32, flags: UInt32 = 1) -> [UInt8] {
        DER.littleEndian(status) + DER.littleEndian(0) + DER.littleEndian(flags)
    }

    static let badOption = error(
        13, data: DER.seq(DER.ctx(1, DER.int(3)), DER.ctx(2, DER.octets(extendedError(0xC000_00BB)))))

    /// Every shape, by name.
    static let all: [(name: String, bytes: [UInt8])] = [
        ("AS-REQ", asReq), ("AS-REP", asRep), ("S4U2Self", s4u2Self), ("S4U2Proxy", s4u2Proxy), ("TGS-REP", tgsRep),
        ("AP-REQ", apRequest), ("AP-REP", apRep), ("KRB-ERROR 13", badOption),
        ("KRB-ERROR 25", error(25, data: DER.seq(pa(19, []), pa(2, []), pa(136, [])))),
        ("KRB-ERROR 7", error(7, data: nil)),
    ]
}

/// One decoding with its names, and a text of every field for comparison.
struct KerberosReading {
    var message = KerberosMessage()
    var fault: ParseFault?
    let names = NameTable()

    init(_ bytes: [UInt8], extent: KerberosDecoder.Extent = .available) {
        fault = KerberosDecoder.decode(bytes.rawBytes, extent: extent, names: names, into: &message)
    }

    func text(_ id: NameID) -> String? { names.string(id) }
    func text(_ principal: Principal) -> String? { names.string(principal.name) }
}

/// Every field of a message as text: two messages are the same where their texts are.
func fieldText(_ message: KerberosMessage, _ names: NameTable) -> String {
    func name(_ id: NameID) -> String { names.string(id) ?? "-" }
    func principal(_ value: Principal) -> String { "\(value.nameType):\(name(value.name)):\(value.componentCount)" }
    func ticket(_ value: TicketReference) -> String {
        """
        \(name(value.realm)) \(principal(value.sname)) \(value.etype) \(value.kvno ?? 0) \
        \(value.digest.hex)/\(value.cipherLength)
        """
    }
    let times = [message.from, message.till, message.renewTill, message.clientTime, message.serverTime]
    let lines: [String] = [
        "\(message.type.rawValue) \(message.parts.rawValue) \(message.length)", principal(message.cname),
        name(message.crealm), principal(message.sname), name(message.realm), "\(message.kdcOptions) \(message.nonce)",
        times.map { $0.map { String($0.nanoseconds) } ?? "-" }.joined(separator: ","),
        "\(message.etypes.array) \(message.addressCount) \(message.padata.array) \(message.errorMethods.array)",
        ticket(message.ticket), ticket(message.headerTicket),
        message.additionalTickets.array.map(ticket).joined(separator: ","),
        "\(message.authenticatorDigest.hex) \(message.authenticatorEtype) \(message.apOptions)",
        "\(message.encPartEtype) \(message.encPartKvno ?? 0)", principal(message.forUser), name(message.forUserRealm),
        name(message.forUserPackage),
        "\(message.s4uNonce) \(message.pacOptions) \(String(describing: message.includePAC))",
        "\(message.errorCode) \(message.clientMicroseconds ?? -1) \(message.serverMicroseconds ?? -1)",
        "\(name(message.errorText)) \(message.errorDataShape) \(message.ntStatus ?? 0)",
    ]
    return lines.joined(separator: "\n")
}
