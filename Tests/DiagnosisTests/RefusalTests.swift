import Diagnosis
import Dissectors
import Exchanges
import Testing

/// A refused request, and the first finding that it must make; nil where it must make none.
struct RefusalCase: Sendable, CustomTestStringConvertible {
    var name: String
    var kind: ExchangeKind
    var code: Int32
    var status: UInt32?
    var text: String?
    var resourceBased = false
    var user: String? = "alice"
    var account = "conn$"
    var service = "http/web.corp.example"
    var evidenceFor: String? = "conn$"
    var clockOffset: Int64 = 0
    var slug: String?
    var testDescription: String { name }
}

@Suite struct RefusalTests {
    static let cases: [RefusalCase] = [
        RefusalCase(name: "bare 13", kind: .s4U2Proxy, code: 13, slug: "delegation-denied"),
        RefusalCase(
            name: "13 NOT_FOUND", kind: .s4U2Proxy, code: 13, status: 0xC000_0225, resourceBased: true,
            slug: "delegation-denied"),
        RefusalCase(
            name: "13 NOT_SUPPORTED", kind: .s4U2Proxy, code: 13, status: 0xC000_00BB, slug: "delegation-not-configured"
        ),
        RefusalCase(
            name: "13 NO_MATCH", kind: .s4U2Proxy, code: 13, status: 0xC000_0272, slug: "delegation-target-not-listed"),
        RefusalCase(
            name: "13 by text", kind: .s4U2Proxy, code: 13, text: "UNSUPPORTED_S4U2PROXY_REQUEST",
            slug: "delegation-target-not-listed"),
        RefusalCase(
            name: "13 ACCOUNT_RESTRICTION", kind: .s4U2Proxy, code: 13, status: 0xC000_006E,
            slug: "user-ticket-not-forwardable"),
        RefusalCase(
            name: "13 not forwardable by text", kind: .s4U2Proxy, code: 13, text: "EVIDENCE_TKT_NOT_FORWARDABLE",
            slug: "user-ticket-not-forwardable"),
        RefusalCase(
            name: "13 to itself", kind: .s4U2Proxy, code: 13, status: 0xC000_00BB, service: "conn$@CORP.EXAMPLE",
            evidenceFor: "conn$@CORP.EXAMPLE", slug: nil),
        RefusalCase(
            name: "13 to the evidence's own name", kind: .s4U2Proxy, code: 13, status: 0xC000_0272,
            service: "host/web.corp.example", evidenceFor: "host/web.corp.example", slug: nil),
        RefusalCase(
            name: "13 for itself", kind: .ticketGranting, code: 13, user: nil, service: "host/conn.corp.example",
            evidenceFor: nil, slug: nil),
        RefusalCase(name: "6 for the user", kind: .s4U2Self, code: 6, service: "conn$", slug: "user-unknown"),
        RefusalCase(
            name: "6 for the connector", kind: .authenticationService, code: 6, user: nil,
            service: "krbtgt/CORP.EXAMPLE", slug: "connector-account-unusable"),
        RefusalCase(
            name: "6 for a person", kind: .authenticationService, code: 6, user: nil, account: "alice",
            service: "krbtgt/CORP.EXAMPLE", slug: "user-unknown"),
        RefusalCase(
            name: "18 for the user", kind: .s4U2Self, code: 18, status: 0xC000_0072, service: "conn$",
            slug: "user-account-unusable"),
        RefusalCase(name: "23 at the second step", kind: .s4U2Proxy, code: 23, slug: "user-account-unusable"),
        RefusalCase(
            name: "18 for the connector", kind: .authenticationService, code: 18, user: nil,
            service: "krbtgt/CORP.EXAMPLE", slug: "connector-account-unusable"),
        RefusalCase(
            name: "24 for the connector", kind: .authenticationService, code: 24, user: nil,
            service: "krbtgt/CORP.EXAMPLE", slug: "connector-password-mismatch"),
        RefusalCase(
            name: "24 for a person", kind: .authenticationService, code: 24, user: nil, account: "erin",
            service: "krbtgt/CORP.EXAMPLE", slug: "account-password-wrong"),
        RefusalCase(name: "12 for the user", kind: .s4U2Self, code: 12, service: "conn$", slug: "kdc-policy-rejected"),
        RefusalCase(
            name: "12 with the account's status", kind: .s4U2Self, code: 12, status: 0xC000_006F, service: "conn$",
            slug: "user-account-unusable"),
        RefusalCase(
            name: "12 for the connector", kind: .authenticationService, code: 12, user: nil,
            service: "krbtgt/CORP.EXAMPLE", slug: "connector-account-unusable"),
        RefusalCase(name: "8 for the user", kind: .s4U2Self, code: 8, service: "conn$", slug: "user-ambiguous"),
        RefusalCase(name: "8 on the SPN", kind: .s4U2Proxy, code: 8, slug: "spn-duplicate"),
        RefusalCase(name: "19 on the SPN", kind: .s4U2Proxy, code: 19, slug: "service-account-unusable"),
        RefusalCase(name: "27 on the SPN", kind: .s4U2Proxy, code: 27, slug: "spn-account-without-spn"),
        RefusalCase(name: "14 on the SPN", kind: .s4U2Proxy, code: 14, slug: "etype-unsupported"),
        RefusalCase(
            name: "41 from the KDC", kind: .s4U2Self, code: 41, service: "conn$", slug: "kdc-integrity-failure"),
        RefusalCase(name: "20 from the KDC", kind: .s4U2Proxy, code: 20, slug: "tgt-rejected"),
        RefusalCase(name: "60 from the KDC", kind: .s4U2Proxy, code: 60, slug: "kdc-generic-error"),
        RefusalCase(name: "60 for itself", kind: .ticketGranting, code: 60, user: nil, evidenceFor: nil, slug: nil),
        RefusalCase(name: "an unknown code", kind: .s4U2Proxy, code: 9999, slug: "kdc-generic-error"),
        RefusalCase(
            name: "52 and no more", kind: .authenticationService, code: 52, user: nil, service: "krbtgt/CORP.EXAMPLE",
            slug: "response-too-big-no-tcp"),
        RefusalCase(
            name: "68 and no more", kind: .authenticationService, code: 68, user: nil, account: "alice",
            service: "krbtgt/CORP.EXAMPLE", slug: "realm-referral-dead-end"),
        RefusalCase(
            name: "25 and no more", kind: .authenticationService, code: 25, user: nil, account: "alice",
            service: "krbtgt/CORP.EXAMPLE", slug: nil),
        RefusalCase(
            name: "37 at log-on", kind: .authenticationService, code: 37, user: nil, service: "krbtgt/CORP.EXAMPLE",
            slug: "clock-skew"),
        RefusalCase(
            name: "37, measured", kind: .authenticationService, code: 37, user: nil, service: "krbtgt/CORP.EXAMPLE",
            clockOffset: 900_000_000_000, slug: "clock-skew"),
        RefusalCase(name: "7 on the SPN", kind: .s4U2Proxy, code: 7, slug: "spn-unknown"),
        RefusalCase(
            name: "7 for a browser", kind: .ticketGranting, code: 7, user: nil, account: "bob", evidenceFor: nil,
            slug: nil),
        RefusalCase(
            name: "7 on a bare account name", kind: .ticketGranting, code: 7, user: nil, service: "alice",
            evidenceFor: nil, slug: "spn-unknown"),
    ]

    @Test(arguments: cases) func firesOnItsCaseOnly(_ refusal: RefusalCase) throws {
        let build = UnitBuilder()
        let exchange = build.exchange(
            refusal.kind, .refused(refusal.code), status: refusal.status, text: refusal.text,
            resourceBased: refusal.resourceBased, clockOffset: refusal.clockOffset, evidenceFor: refusal.evidenceFor)
        let request = build.request(
            refusal.kind, user: refusal.user, service: refusal.service, account: refusal.account, [exchange])
        let alarms = build.alarms([.ticketRequest(request)])
        #expect(alarms == (refusal.slug.map { [$0] } ?? []))
    }

    /// What was overcome is no failure, whatever it was.
    @Test(arguments: cases) func isSilentWhereALaterAttemptSucceeds(_ refusal: RefusalCase) {
        let build = UnitBuilder()
        let first = build.exchange(
            refusal.kind, .refused(refusal.code), status: refusal.status, text: refusal.text,
            resourceBased: refusal.resourceBased, evidenceFor: refusal.evidenceFor)
        let second = build.exchange(refusal.kind, .granted, evidenceFor: refusal.evidenceFor)
        let request = build.request(
            refusal.kind, user: refusal.user, service: refusal.service, account: refusal.account, [first, second])
        let findings = build.findings([.ticketRequest(request)])
        #expect(!findings.contains { $0.severity == .error })
        // A wrong clock stays wrong, and a KDC that could not serve stays unwell.
        #expect(findings.allSatisfy { $0.severity != .warning || $0.rule.slug.description == "clock-skew" })
    }
}
