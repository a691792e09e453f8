import PacketModel
import ByteParsing
import Digests
import Dissectors
import Testing

@Suite("Kerberos messages")
struct KerberosMessageTests {
    @Test("An AS-REQ with every field")
    func asReq() {
        let read = KerberosReading(KerberosSample.asReq)
        let message = read.message
        #expect(read.fault == nil)
        #expect(message.type == .asReq)
        #expect(message.length == Int32(KerberosSample.asReq.count))
        #expect(read.text(message.cname) == "conn$")
        #expect(message.cname.nameType == 1)
        #expect(read.text(message.sname) == "krbtgt/EXAMPLE.ORG")
        #expect(read.text(message.sname.first) == "krbtgt")
        #expect(message.sname.componentCount == 2)
        #expect(read.text(message.realm) == "EXAMPLE.ORG")
        #expect(!message.crealm.isPresent)
        #expect(message.kdcOptions == 0x4081_0010)
        #expect(message.nonce == 0x1234_5678)
        #expect(message.from == nil)
        #expect(message.till == CaptureTime(nanoseconds: 2_136_422_885_000_000_000))
        #expect(message.renewTill == message.till)
        #expect(message.etypes.array == [18, 17, 23, -135])
        #expect(message.addressCount == 1)
        #expect(message.padata.array == [2, 128])
        #expect(message.includePAC == true)
        #expect(message.parts == [.kdcOptions, .nonce, .preauthentication])
    }

    @Test("S4U2Self names the user by padata 129 before 130, and keeps unknown padata")
    func s4u2Self() {
        let read = KerberosReading(KerberosSample.s4u2Self)
        let message = read.message
        #expect(read.fault == nil)
        #expect(message.padata.array == [1, 129, 130, 4711])
        #expect(read.text(message.forUser) == "alice@corp.example")
        #expect(message.forUser.nameType == 10)
        #expect(read.text(message.forUserRealm) == "EXAMPLE.ORG")
        #expect(read.text(message.forUserPackage) == "Kerberos")
        #expect(message.s4uNonce == 77)
        #expect(message.nonce == 0xFFFF_FFFE)
        #expect(read.text(message.headerTicket.sname) == "krbtgt/EXAMPLE.ORG")
        let cipher = KerberosSample.tgtCipher
        #expect(message.headerTicket.digest == Digests.sha256First128(cipher.rawBytes))
        #expect(message.parts.isSuperset(of: [.forUser, .s4uX509User, .headerTicket]))
        #expect(!message.cname.isPresent)
    }

    @Test("PA-S4U-X509-USER alone names the user; after it PA-FOR-USER still wins")
    func s4uX509() {
        let alone = KerberosReading(
            KerberosSample.request(
                12, padata: [KerberosSample.pa(130, KerberosSample.s4uX509("bob", nonce: 5))],
                body: DER.ctx(7, DER.int(1))))
        #expect(alone.fault == nil)
        #expect(alone.text(alone.message.forUser) == "bob")
        #expect(alone.text(alone.message.forUserRealm) == "OTHER.ORG")
        let forUser = DER.seq(DER.ctx(0, KerberosSample.principal(1, "carol")), DER.ctx(1, DER.text("A.ORG")))
        let both = KerberosReading(
            KerberosSample.request(
                12,
                padata: [
                    KerberosSample.pa(130, KerberosSample.s4uX509("bob", nonce: 5)), KerberosSample.pa(129, forUser),
                ], body: DER.ctx(7, DER.int(1))))
        #expect(both.text(both.message.forUser) == "carol")
        #expect(both.text(both.message.forUserRealm) == "A.ORG")
    }

    @Test("In an AS-REQ, padata 130 is a certificate and is not read")
    func certificate() {
        let read = KerberosReading(
            KerberosSample.request(10, padata: [KerberosSample.pa(130, [0x30, 0x82, 1])], body: DER.ctx(7, DER.int(1))))
        #expect(read.fault == nil)
        #expect(read.message.padata.array == [130])
        #expect(!read.message.parts.contains(.s4uX509User))
    }

    @Test("S4U2Proxy: options, evidence, resource-based delegation")
    func s4u2Proxy() {
        let read = KerberosReading(KerberosSample.s4u2Proxy)
        let message = read.message
        #expect(read.fault == nil)
        #expect(KDCOptions(rawValue: message.kdcOptions).contains(.cnameInAdditionalTicket))
        #expect(message.additionalTickets.count == 1)
        let cipher = KerberosSample.evidenceCipher
        #expect(message.additionalTickets[0].digest == Digests.sha256First128(cipher.rawBytes))
        #expect(read.text(message.additionalTickets[0].sname) == "conn$")
        #expect(message.additionalTickets[0].kvno == 2)
        #expect(message.additionalTickets[0].cipherLength == 200)
        #expect(PACOptions(rawValue: message.pacOptions) == .resourceBasedConstrainedDelegation)
        #expect(message.parts.contains(.pacOptions))
        #expect(read.text(message.sname) == "http/web.example.org")
    }

    @Test("Replies: sname and realm are the ticket's, cname and crealm the reply's", arguments: [11, 13] as [UInt8])
    func replies(type: UInt8) {
        let read = KerberosReading(KerberosSample.reply(type, KerberosSample.evidence))
        let message = read.message
        #expect(read.fault == nil)
        #expect(message.type.rawValue == Int32(type))
        #expect(read.text(message.cname) == "alice")
        #expect(read.text(message.crealm) == "EXAMPLE.ORG")
        #expect(read.text(message.sname) == "conn$")
        #expect(read.text(message.realm) == "EXAMPLE.ORG")
        let cipher = KerberosSample.evidenceCipher
        #expect(message.ticket.digest == Digests.sha256First128(cipher.rawBytes))
        #expect(message.encPartEtype == 18)
        #expect(message.encPartKvno == 7)
        #expect(message.padata.array == [19])
        #expect(message.parts == [.ticket, .encPart])
    }

    @Test("AP-REQ and AP-REP")
    func application() {
        let request = KerberosReading(KerberosSample.apRequest)
        #expect(request.fault == nil)
        #expect(request.text(request.message.sname) == "http/web.example.org")
        #expect(APOptions(rawValue: request.message.apOptions) == .mutualRequired)
        #expect(request.message.authenticatorDigest == Digests.sha256First128(([9, 8, 7, 6, 5] as [UInt8]).rawBytes))
        #expect(request.message.authenticatorEtype == 18)
        let reply = KerberosReading(KerberosSample.apRep)
        #expect(reply.fault == nil)
        #expect(reply.message.type == .apRep)
        #expect(reply.message.encPartEtype == 17)
    }

    @Test("KRB-ERROR: code, clocks, names, text")
    func error() {
        let read = KerberosReading(KerberosSample.error(7, data: nil))
        let message = read.message
        #expect(read.fault == nil)
        #expect(message.errorCode == 7)
        #expect(KerberosErrorCode(rawValue: message.errorCode).name == "KDC_ERR_S_PRINCIPAL_UNKNOWN")
        #expect(message.clientTime == CaptureTime(nanoseconds: 1_704_067_200_000_000_000))
        #expect(message.clientMicroseconds == 12)
        #expect(message.serverTime == CaptureTime(nanoseconds: 1_709_210_096_000_000_000))
        #expect(message.serverMicroseconds == 999_999)
        #expect(read.text(message.cname) == "conn$")
        #expect(read.text(message.crealm) == "CLIENT.ORG")
        #expect(read.text(message.sname) == "http/web.example.org")
        #expect(read.text(message.realm) == "EXAMPLE.ORG")
        #expect(read.text(message.errorText) == "refused")
        #expect(message.errorDataShape == .absent)
        #expect(message.ntStatus == nil)
    }

    @Test("KRB-SAFE, KRB-PRIV and KRB-CRED are recognised and no more", arguments: [20, 21, 22] as [UInt8])
    func recognised(type: UInt8) {
        let read = KerberosReading(DER.app(type, DER.seq(DER.ctx(0, DER.int(5)))))
        #expect(read.message.type.rawValue == Int32(type))
        #expect(read.fault == ParseFault(.unsupported, at: 2))
    }

    @Test("One broken field is a fault, and what stands beside it is still read")
    func brokenField() {
        let broken = KerberosSample.request(
            12, padata: [KerberosSample.pa(167, [0x30, 0x05, 0xA0]), KerberosSample.pa(128, [1, 2, 3])],
            body: DER.ctx(2, DER.text("EXAMPLE.ORG")), DER.ctx(5, DER.time("yesterday")), DER.ctx(7, DER.int(3)))
        let read = KerberosReading(broken)
        #expect(read.fault?.kind == .malformed)
        #expect(read.message.padata.array == [167, 128])
        #expect(read.text(read.message.realm) == "EXAMPLE.ORG")
        #expect(read.message.nonce == 3)
    }

    @Test("A message type that contradicts its tag is a fault")
    func contradictoryType() {
        var bytes = KerberosSample.apRep
        let place = bytes.firstIndex(of: 15)!
        bytes[place] = 14
        let read = KerberosReading(bytes)
        #expect(read.message.type == .apRep)
        #expect(read.fault?.kind == .malformed)
    }

    @Test("Lists past their room are counted")
    func longLists() {
        let etypes = (0..<20).flatMap { DER.int(Int64($0)) }
        let read = KerberosReading(KerberosSample.request(10, padata: [], body: DER.ctx(8, DER.wrap(0x30, etypes))))
        #expect(read.fault == nil)
        #expect(read.message.etypes.count == 16)
        #expect(read.message.etypes.omitted == 4)
    }

    @Test("Names of many and of long components are joined whole")
    func longNames() {
        let parts = (0..<40).map { "component-\($0)" }
        let name = DER.seq(DER.ctx(0, DER.int(6)), DER.ctx(1, DER.wrap(0x30, parts.flatMap { DER.text($0) })))
        let read = KerberosReading(KerberosSample.request(10, padata: [], body: DER.ctx(1, name)))
        #expect(read.text(read.message.cname) == parts.joined(separator: "/"))
        #expect(read.message.cname.componentCount == 31)
        let empty = KerberosReading(
            KerberosSample.request(
                10, padata: [], body: DER.ctx(1, DER.seq(DER.ctx(0, DER.int(1)), DER.ctx(1, DER.seq())))))
        #expect(empty.text(empty.message.cname) == "")
        let hollow = KerberosReading(
            KerberosSample.request(10, padata: [], body: DER.ctx(1, KerberosSample.principal(1, "", "", "x"))))
        #expect(hollow.text(hollow.message.cname) == "//x")
    }
}
