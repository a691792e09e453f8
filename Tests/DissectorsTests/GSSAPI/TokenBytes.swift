/// Builds authentication tokens by hand.
enum TokenSample {
    static let spnego: [UInt8] = [0x06, 0x06, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x02]
    static let kerberos: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02]
    static let microsoftKerberos: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x82, 0xF7, 0x12, 0x01, 0x02, 0x02]
    static let userToUser: [UInt8] = [0x06, 0x0A, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02, 0x03]
    static let ntlm: [UInt8] = [0x06, 0x0A, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0A]
    static let negoEx: [UInt8] = [0x06, 0x0A, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x1E]

    static let ticket = KerberosSample.ticket(
        "EXAMPLE.ORG", KerberosSample.principal(2, "http", "web.example.org"), (0..<90).map { UInt8($0) })
    static let apReq = KerberosSample.apReq(ticket)
    static let apRep = DER.app(
        15,
        DER.seq(
            DER.ctx(0, DER.int(5)), DER.ctx(1, DER.int(15)), DER.ctx(2, KerberosSample.encrypted(18, [1, 2, 3]))))
    static let krbError = DER.app(
        30,
        DER.seq(
            DER.ctx(0, DER.int(5)), DER.ctx(1, DER.int(30)), DER.ctx(4, DER.time("20260102030405Z")),
            DER.ctx(5, DER.int(7)), DER.ctx(6, DER.int(41)), DER.ctx(9, DER.text("EXAMPLE.ORG")),
            DER.ctx(10, KerberosSample.principal(2, "http", "web.example.org"))))

    /// An initial token of a mechanism: its OID, and what follows it.
    static func initial(_ oid: [UInt8], _ inner: [UInt8]) -> [UInt8] { DER.app(0, oid, inner) }

    static func negTokenInit(_ mechanisms: [[UInt8]], _ rest: [UInt8]...) -> [UInt8] {
        DER.ctx(0, DER.seq(DER.ctx(0, DER.wrap(0x30, mechanisms.flatMap { $0 })), rest.flatMap { $0 }))
    }

    static func negTokenResp(
        state: UInt8? = nil, mechanism: [UInt8]? = nil, token: [UInt8]? = nil, mic: [UInt8]? = nil
    ) -> [UInt8] {
        DER.ctx(
            1,
            DER.seq(
                state.map { DER.ctx(0, [0x0A, 1, $0]) } ?? [], mechanism.map { DER.ctx(1, $0) } ?? [],
                token.map { DER.ctx(2, DER.octets($0)) } ?? [], mic.map { DER.ctx(3, DER.octets($0)) } ?? []))
    }

    // NTLMSSP

    static func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
    private static func le16(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)] }

    /// A message from its fixed part and its payload fields, whose places in the fixed part are given.
    static func ntlm(_ type: UInt32, fixed: Int, words: [Int: UInt32], fields: [(place: Int, value: [UInt8])])
        -> [UInt8]
    {
        var message = Array("NTLMSSP\0".utf8) + DER.littleEndian(type)
        message += [UInt8](repeating: 0, count: fixed - message.count)
        for (place, value) in words { message.replaceSubrange(place..<place + 4, with: DER.littleEndian(value)) }
        for field in fields {
            let head = le16(field.value.count) + le16(field.value.count) + DER.littleEndian(UInt32(message.count))
            message.replaceSubrange(field.place..<field.place + 8, with: head)
            message += field.value
        }
        return message
    }

    static func pair(_ id: Int, _ value: [UInt8]) -> [UInt8] { le16(id) + le16(value.count) + value }

    static let negotiate = ntlm(
        1, fixed: 40, words: [12: 0xE208_B297],
        fields: [(16, Array("DOM".utf8)), (24, Array("WORKSTATION".utf8))])
    /// 2024-07-11T08:28:14.855581Z
    static let fileTime: [UInt8] = (0..<8).map {
        UInt8(truncatingIfNeeded: UInt64(133_651_600_948_555_810) >> (8 * $0))
    }
    static let challenge = ntlm(
        2, fixed: 56, words: [20: 0xE28A_8215],
        fields: [
            (12, utf16("EXAMPLE")),
            (
                40,
                pair(2, utf16("EXAMPLE")) + pair(1, utf16("WEB")) + pair(4, utf16("example.org"))
                    + pair(3, utf16("web.example.org")) + pair(7, fileTime) + pair(0, [])
            ),
        ])
    static let secret = Array("0123456789abcdefSECRET".utf8)
    static let authenticate = ntlm(
        3, fixed: 88, words: [60: 0xE288_8215],
        fields: [
            (28, utf16("EXAMPLE")), (36, utf16("Jürgen😀")), (44, utf16("PC")), (12, secret), (20, secret), (52, secret),
        ])
    static let anonymous = ntlm(3, fixed: 64, words: [60: 0x8A05], fields: [(12, [0])])
}
