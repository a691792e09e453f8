import PacketModel
import ByteParsing
@testable import Dissectors
import Testing

/// A token in one line.
private func describe(_ token: AuthenticationToken, _ names: NameTable) -> String {
    func text(_ id: NameID) -> String { names.string(id) ?? "-" }
    func text(_ mechanism: Mechanism) -> String { "\(mechanism.kind)" }
    var parts = [token.kind.name]
    if token.isOddlyWrapped { parts.append("odd") }
    if !token.mechanisms.isEmpty { parts.append("[" + token.mechanisms.array.map(text).joined(separator: ",") + "]") }
    if let one = token.supportedMechanism { parts.append("supported=\(text(one))") }
    if let state = token.state { parts.append(state.name ?? "\(state.rawValue)") }
    if token.hasMechListMIC { parts.append("mic") }
    if let one = token.innerMechanism { parts.append("inner=\(text(one))") }
    if token.kerberos.type.rawValue != 0 {
        let message = token.kerberos
        parts.append("krb\(message.type.rawValue)/\(message.errorCode)/\(text(message.sname.name))")
    }
    if token.ntlm.type != 0 {
        let message = token.ntlm
        parts.append(
            "ntlm\(message.type)/\(text(message.domain))/\(text(message.user))/\(text(message.workstation))"
                + "/\(text(message.computer))/\(text(message.dnsComputer))/\(text(message.dnsDomain))"
                + "/\(message.timestamp?.nanoseconds ?? 0)" + (message.isAnonymous ? "/anonymous" : ""))
    }
    if let fault = token.fault { parts.append("!\(fault.layer.name) \(fault.kind.name)") }
    return parts.joined(separator: " ")
}

private func decode(_ octets: [UInt8], isCut: Bool = false) -> String {
    let names = NameTable()
    var text = ByteBuffer(capacity: 16)
    return describe(AuthenticationToken(decoding: octets.rawBytes, isCut: isCut, names: names, text: &text), names)
}

@Suite struct AuthenticationTokenTests {
    typealias S = TokenSample

    static let cases: [(String, [UInt8], String)] = [
        (
            "raw krb5", S.initial(S.kerberos, [1, 0] + S.apReq),
            "raw_kerberos [kerberos] inner=kerberos krb14/0/http/web.example.org"
        ),
        (
            "raw krb5, Microsoft's OID", S.initial(S.microsoftKerberos, [1, 0] + S.apReq),
            "raw_kerberos [microsoftKerberos] inner=microsoftKerberos krb14/0/http/web.example.org"
        ),
        ("raw AP-REP", S.initial(S.kerberos, [2, 0] + S.apRep), "raw_kerberos [kerberos] inner=kerberos krb15/0/-"),
        (
            "raw KRB-ERROR", S.initial(S.kerberos, [3, 0] + S.krbError),
            "raw_kerberos [kerberos] inner=kerberos krb30/41/http/web.example.org"
        ),
        (
            "a per-message token is left alone", S.initial(S.kerberos, [5, 4, 0, 0]),
            "raw_kerberos [kerberos] inner=kerberos"
        ),
        (
            "user-to-user", S.initial(S.userToUser, [4, 0] + DER.seq(DER.int(5))),
            "raw_kerberos [kerberosUserToUser] inner=kerberosUserToUser"
        ),
        ("bare AP-REP", S.apRep, "bare_kerberos inner=kerberos krb15/0/-"),
        ("bare AP-REQ", S.apReq, "bare_kerberos inner=kerberos krb14/0/http/web.example.org"),
        (
            "NegTokenInit with an optimistic token",
            S.initial(
                S.spnego,
                S.negTokenInit(
                    [S.microsoftKerberos, S.kerberos, S.negoEx, S.ntlm],
                    DER.ctx(2, DER.octets(S.initial(S.kerberos, [1, 0] + S.apReq))))),
            "spnego_init [microsoftKerberos,kerberos,negoEx,ntlm] inner=kerberos krb14/0/http/web.example.org"
        ),
        (
            "NegTokenInit, flags and MIC",
            S.initial(S.spnego, S.negTokenInit([S.kerberos], DER.ctx(1, DER.bits(0)), DER.ctx(3, DER.octets([1])))),
            "spnego_init [kerberos] mic"
        ),
        (
            "NegTokenInit2 with hints",
            S.initial(
                S.spnego,
                S.negTokenInit(
                    [S.ntlm], DER.ctx(3, DER.seq(DER.ctx(0, DER.text("not_defined_in_RFC4178@please_ignore")))))),
            "spnego_init [ntlm]"
        ),
        (
            "NegTokenInit2 with hints and MIC",
            S.initial(S.spnego, S.negTokenInit([S.ntlm], DER.ctx(3, DER.seq()), DER.ctx(4, DER.octets([1])))),
            "spnego_init [ntlm] mic"
        ),
        (
            "NegTokenInit without its header", S.negTokenInit([S.ntlm], DER.ctx(2, DER.octets(S.negotiate))),
            "spnego_init [ntlm] inner=ntlm ntlm1/DOM/-/WORKSTATION/-/-/-/0"
        ),
        (
            "NegTokenInit with NegoEx",
            S.initial(S.spnego, S.negTokenInit([S.negoEx], DER.ctx(2, DER.octets(Array("NEGOEXTS....".utf8))))),
            "spnego_init [negoEx] inner=negoEx"
        ),
        (
            "NegTokenResp that accepts",
            S.negTokenResp(state: 0, mechanism: S.kerberos, token: S.initial(S.kerberos, [2, 0] + S.apRep), mic: [1]),
            "spnego_response supported=kerberos accept-completed mic inner=kerberos krb15/0/-"
        ),
        (
            "NegTokenResp with a bare AP-REP", S.negTokenResp(state: 0, mechanism: S.microsoftKerberos, token: S.apRep),
            "spnego_response supported=microsoftKerberos accept-completed inner=microsoftKerberos krb15/0/-"
        ),
        ("NegTokenResp that rejects", S.negTokenResp(state: 2), "spnego_response reject"),
        (
            "NegTokenResp with KRB-ERROR",
            S.negTokenResp(state: 2, token: S.initial(S.kerberos, [3, 0] + S.krbError)),
            "spnego_response reject inner=kerberos krb30/41/http/web.example.org"
        ),
        (
            "NegTokenResp of a later round", S.negTokenResp(token: S.challenge),
            "spnego_response inner=ntlm ntlm2/EXAMPLE/-/-/WEB/web.example.org/example.org/1720686494855581000"
        ),
        (
            "NegTokenResp, request-mic, empty token", S.negTokenResp(state: 3, mechanism: S.ntlm, token: []),
            "spnego_response supported=ntlm request-mic"
        ),
        ("NegTokenResp with a state of later days", S.negTokenResp(state: 9), "spnego_response 9"),
        (
            "NegTokenResp in an initial token", S.initial(S.spnego, S.negTokenResp(state: 0)),
            "spnego_response odd accept-completed"
        ),
        ("NTLMSSP 1", S.negotiate, "ntlm inner=ntlm ntlm1/DOM/-/WORKSTATION/-/-/-/0"),
        (
            "NTLMSSP 1, flags only", Array(S.ntlm(1, fixed: 16, words: [12: 0x8207], fields: [])),
            "ntlm inner=ntlm ntlm1/-/-/-/-/-/-/0"
        ),
        (
            "NTLMSSP 2", S.challenge,
            "ntlm inner=ntlm ntlm2/EXAMPLE/-/-/WEB/web.example.org/example.org/1720686494855581000"
        ),
        (
            "NTLMSSP 2 of old, OEM names", S.ntlm(2, fixed: 32, words: [20: 0x8202], fields: [(12, Array("OLD".utf8))]),
            "ntlm inner=ntlm ntlm2/OLD/-/-/-/-/-/0"
        ),
        ("NTLMSSP 3", S.authenticate, "ntlm inner=ntlm ntlm3/EXAMPLE/Jürgen😀/PC/-/-/-/0"),
        (
            "NTLMSSP 3, anonymous", S.anonymous,
            "ntlm inner=ntlm ntlm3///////0/anonymous".replacing("///////0", with: "////-/-/-/0")
        ),
        (
            "NTLMSSP 3 without flags",
            S.ntlm(
                3, fixed: 52, words: [:],
                fields: [(28, Array("D".utf8)), (36, Array("U".utf8)), (44, Array("W".utf8)), (20, S.secret)]),
            "ntlm inner=ntlm ntlm3/D/U/W/-/-/-/0"
        ),
        (
            "NTLMSSP 9", S.ntlm(9, fixed: 16, words: [:], fields: []),
            "ntlm inner=ntlm ntlm9/-/-/-/-/-/-/0 !ntlmssp unsupported"
        ),
        ("text", Array("hello".utf8), "unrecognised"),
        ("nothing", [], "none"),
        (
            "an unknown mechanism", S.initial([0x06, 0x03, 0x2A, 0x03, 0x04], [0xFF, 0xFF]),
            "unrecognised [other] inner=other"
        ),
        ("an initial token without OID", DER.app(0, DER.int(5)), "unrecognised !gssapi malformed"),
        ("SPNEGO without a choice", S.initial(S.spnego, DER.ctx(2, DER.seq())), "unrecognised !spnego malformed"),
        (
            "SPNEGO in SPNEGO is not entered",
            S.initial(
                S.spnego,
                S.negTokenInit([S.spnego], DER.ctx(2, DER.octets(S.initial(S.spnego, S.negTokenInit([S.ntlm])))))),
            "spnego_init [spnego] inner=spnego"
        ),
    ]

    @Test(arguments: cases)
    func decodesToken(_ one: (name: String, octets: [UInt8], expected: String)) {
        #expect(decode(one.octets) == one.expected, "\(one.name)")
    }

    @Test func everyTruncationKeepsWhatCameBefore() {
        for (name, octets, expected) in Self.cases where !octets.isEmpty {
            let whole = expected.split(separator: " ").first.map(String.init) ?? ""
            for count in 1..<octets.count {
                let line = decode(Array(octets[..<count]), isCut: true)
                let kind = String(line.split(separator: " ")[0])
                guard kind == whole || kind == "unrecognised" else {
                    Issue.record("\(name) cut at \(count): \(line)")
                    return
                }
                guard kind == "unrecognised" || line.contains("!") else {
                    Issue.record("\(name) cut at \(count) without a fault: \(line)")
                    return
                }
            }
        }
    }

    @Test func changedOctetsDoNotTrap() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: .min ... .max, using: &generator)
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        var kinds: Set<String> = []
        for (_, octets, _) in Self.cases where octets.count > 1 {
            for _ in 0..<400 {
                var changed = octets
                for _ in 0..<(1 + next() % 4) {
                    changed[Int(next()) % changed.count] = UInt8(truncatingIfNeeded: next())
                }
                kinds.insert(String(decode(changed).split(separator: " ")[0]))
            }
        }
        #expect(kinds.contains("spnego_init") && kinds.contains("unrecognised"), "seed \(seed)")
    }

    @Test func responsesAndKeysAreNotKept() {
        let names = NameTable()
        var text = ByteBuffer(capacity: 16)
        let octets = TokenSample.authenticate
        let token = AuthenticationToken(decoding: octets.rawBytes, names: names, text: &text)
        #expect(token.ntlm.type == 3)
        for id in 0..<UInt32(names.count + 3) {
            let name = names.string(NameID(rawValue: id)) ?? ""
            #expect(!name.contains("SECRET"))
        }
    }

    @Test(
        arguments: [
            // Lengths and offsets that lie; a list of pairs without its end.
            (
                TokenSample.ntlm(2, fixed: 56, words: [20: 1, 12: 0xFFFF_FFFF, 16: 0xFFFF_FFFF], fields: []),
                FaultKind.malformed
            ),
            (TokenSample.ntlm(2, fixed: 56, words: [20: 1, 12: 0x0010_0010, 16: 50], fields: []), .malformed),
            (
                TokenSample.ntlm(
                    2, fixed: 56, words: [20: 0x0080_0001], fields: [(40, TokenSample.pair(1, [0x41, 0]))]), .malformed
            ),
            (TokenSample.ntlm(2, fixed: 56, words: [20: 0x0080_0001], fields: [(40, [1, 0, 0xFF, 0xFF])]), .malformed),
            (TokenSample.ntlm(3, fixed: 20, words: [:], fields: []), .malformed),
            (Array("NTLMSSP\0".utf8), .malformed),
        ] as [([UInt8], FaultKind)])
    func hostileNTLM(_ octets: [UInt8], _ kind: FaultKind) {
        let names = NameTable()
        var text = ByteBuffer(capacity: 16)
        let whole = AuthenticationToken(decoding: octets.rawBytes, names: names, text: &text)
        #expect(whole.fault?.kind == kind)
        #expect(whole.fault?.layer == .ntlmssp)
        let cut = AuthenticationToken(decoding: octets.rawBytes, isCut: true, names: names, text: &text)
        #expect(cut.fault?.kind == .truncated)
    }
}
