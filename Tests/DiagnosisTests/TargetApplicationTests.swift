import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Flows
import Testing

/// A sign-on's HTTP rounds, what must be said of them aloud, and what in passing.
struct BackendCase: Sendable, CustomTestStringConvertible {
    var name: String
    var rounds: [Round]
    /// Slugs at warning or error, in order.
    var alarms: [String]
    /// Slugs at info that must be there, and slugs that must not be there at all.
    var notes: [String] = []
    var absent: [String] = []
    var kind = SignOnKind.delegated
    var service = "http/web.corp.example"
    var ticket: ExchangeOutcome? = .granted
    var continues = true
    var testDescription: String { name }
}

@Suite struct TargetApplicationTests {
    static let negotiate = ["Negotiate", "NTLM"]
    static func bare(_ authenticator: UInt64) -> Round { Round(.ticket(authenticator), .status(401, negotiate)) }
    static let page = Round(.ticket(1), .accepting(200))

    static let cases: [BackendCase] = [
        BackendCase(name: "healthy", rounds: [page], alarms: [], absent: ["by-design-401", "backend-rejected-ticket"]),
        BackendCase(
            name: "healthy, challenge first", rounds: [Round(.nothing, .status(401, negotiate)), page], alarms: [],
            absent: ["by-design-401", "negotiate-not-offered", "anonymous-first-backend"]),
        BackendCase(
            name: "reject in the token", rounds: [Round(.ticket(1), .rejecting)], alarms: ["backend-rejected-ticket"],
            absent: ["backend-401-loop", "backend-key-mismatch", "negotiation-incomplete"]),
        BackendCase(
            name: "41 in the token", rounds: [Round(.ticket(1), .error(41))], alarms: ["backend-rejected-ticket"]),
        BackendCase(
            name: "expired, clocks agree", rounds: [Round(.ticket(1), .error(32))],
            alarms: ["backend-rejected-ticket"]),
        BackendCase(
            name: "31 in the token", rounds: [Round(.ticket(1), .error(31))], alarms: ["backend-key-mismatch"],
            absent: ["backend-rejected-ticket"]),
        BackendCase(name: "44 in the token", rounds: [Round(.ticket(1), .error(44))], alarms: ["backend-key-mismatch"]),
        BackendCase(
            name: "37 in the token is the clock's", rounds: [Round(.ticket(1), .error(37))], alarms: ["clock-skew"],
            absent: ["backend-rejected-ticket", "backend-key-mismatch"]),
        BackendCase(
            name: "31, then accepted", rounds: [Round(.ticket(1), .error(31)), Round(.ticket(2), .accepting(200))],
            alarms: [],
            notes: ["backend-key-mismatch"]),
        BackendCase(
            name: "two bare refusals", rounds: [bare(1), bare(2)], alarms: ["backend-rejected-ticket"],
            absent: ["backend-401-loop"]),
        BackendCase(
            name: "one bare refusal, then nothing", rounds: [bare(1)], alarms: ["backend-rejected-ticket"],
            absent: ["backend-401-loop"]),
        BackendCase(
            name: "one bare refusal at the capture's end", rounds: [bare(1)], alarms: [], absent: ["backend-401-loop"],
            continues: false),
        BackendCase(
            name: "three bare refusals", rounds: [bare(1), bare(2), bare(3)], alarms: ["backend-401-loop"],
            absent: ["backend-rejected-ticket", "by-design-401"]),
        BackendCase(
            name: "three on three connections", rounds: (1...3).map { n in bare(n).with { $0.flow = 70 + n } },
            alarms: ["backend-401-loop"]),
        BackendCase(
            name: "one token three times", rounds: [bare(1), bare(1), bare(1)], alarms: ["backend-rejected-ticket"],
            absent: ["backend-401-loop"]),
        BackendCase(
            name: "three pages refused once each", rounds: [bare(1).at("/a"), bare(2).at("/b"), bare(3).at("/c")],
            alarms: ["backend-rejected-ticket"], absent: ["backend-401-loop"]),
        BackendCase(
            name: "three refusals, then success",
            rounds: [bare(1), bare(2), bare(3), Round(.ticket(4), .accepting(200))], alarms: [],
            absent: ["backend-401-loop"]),
        BackendCase(
            name: "three accepting 401", rounds: (1...3).map { Round(.ticket($0), .accepting(401)) },
            alarms: ["authorization-denied"],
            absent: ["backend-401-loop", "backend-rejected-ticket"]),
        BackendCase(
            name: "one 401, then success", rounds: [bare(1), Round(.ticket(2), .status(200))], alarms: [],
            notes: ["by-design-401"],
            absent: ["backend-rejected-ticket"]),
        BackendCase(
            name: "403 with an accepting token", rounds: [Round(.ticket(1), .accepting(403))],
            alarms: ["authorization-denied"],
            absent: ["request-refused"]),
        BackendCase(
            name: "403 without", rounds: [Round(.ticket(1), .status(403))], alarms: ["request-refused"],
            absent: ["authorization-denied"]),
        BackendCase(
            name: "403 on one of two pages", rounds: [page, Round(.ticket(2), .accepting(403)).at("/admin")],
            alarms: [],
            notes: ["authorization-denied"]),
        BackendCase(
            name: "500 with an accepting token", rounds: [Round(.ticket(1), .accepting(500))],
            alarms: ["application-error"]),
        BackendCase(
            name: "500 without", rounds: [Round(.ticket(1), .status(500))], alarms: ["request-refused"],
            absent: ["application-error"]),
        BackendCase(name: "406", rounds: [Round(.ticket(1), .status(406))], alarms: ["request-refused"]),
        BackendCase(name: "404 is no refusal", rounds: [Round(.ticket(1), .status(404))], alarms: []),
        BackendCase(
            name: "NTLM only", rounds: [Round(.ticket(1), .status(401, ["NTLM"]))], alarms: ["negotiate-not-offered"],
            absent: ["backend-rejected-ticket", "ntlm-offered-first"]),
        BackendCase(
            name: "no challenge", rounds: [Round(.ticket(1), .status(401))], alarms: ["negotiate-not-offered"],
            absent: ["backend-rejected-ticket"]),
        BackendCase(
            name: "Kerberos as a scheme is enough", rounds: [Round(.ticket(1), .status(401, ["Kerberos"])), page],
            alarms: [],
            absent: ["negotiate-not-offered"]),
        BackendCase(
            name: "NTLM before Negotiate", rounds: [Round(.nothing, .status(401, ["NTLM", "Negotiate"])), page],
            alarms: [],
            notes: ["ntlm-offered-first"], absent: ["negotiate-not-offered"]),
        BackendCase(
            name: "restricted provider", rounds: [Round(.nothing, .status(401, ["Negotiate:PKU2U"])), page], alarms: [],
            notes: ["ntlm-offered-first"], absent: ["negotiate-not-offered"]),
        BackendCase(
            name: "NTLM after a ticket was refused",
            rounds: [Round(.ntlm(1), .ntlmChallenge()), Round(.ntlm(3), .status(200))], alarms: ["ntlm-fallback"],
            ticket: .refused(7)),
        BackendCase(
            name: "NTLM after that, refused too",
            rounds: [Round(.ntlm(1), .ntlmChallenge()), Round(.ntlm(3), .status(401, negotiate))],
            alarms: ["ntlm-fallback"], ticket: .refused(7)),
        BackendCase(
            name: "401 without a ticket is an echo", rounds: [Round(.nothing, .status(401, negotiate))], alarms: [],
            notes: ["backend-rejected-ticket"], ticket: .refused(13)),
        BackendCase(
            name: "raw token refused", rounds: [Round(.raw(1), .status(401, ["Negotiate"]))],
            alarms: ["raw-krb5-token-refused"],
            absent: ["backend-rejected-ticket", "backend-key-mismatch"]),
        BackendCase(
            name: "raw token refused by IIS",
            rounds: [Round(.raw(1), .status(401, ["Negotiate"])).with { $0.server = "Microsoft-IIS/10.0" }],
            alarms: ["backend-rejected-ticket"], absent: ["raw-krb5-token-refused"]),
        BackendCase(
            name: "raw token with a reason", rounds: [Round(.raw(1), .error(31))], alarms: ["backend-key-mismatch"],
            absent: ["raw-krb5-token-refused"]),
        BackendCase(
            name: "raw token accepted", rounds: [Round(.raw(1), .accepting(200))], alarms: [],
            absent: ["raw-krb5-token-refused"]),
        BackendCase(
            name: "400 to a long line",
            rounds: [
                Round(.ticket(1), .status(400)).with {
                    $0.fieldBytes = 12000; $0.headerBytes = 12300
                }
            ],
            alarms: ["request-header-too-long"], absent: ["request-refused", "anonymous-first-backend"]),
        BackendCase(
            name: "400 that says so", rounds: [Round(.ticket(1), .status(400)).with { $0.phrases = .headerTooLong }],
            alarms: ["request-header-too-long"]),
        BackendCase(name: "431", rounds: [Round(.ticket(1), .status(431))], alarms: ["request-header-too-long"]),
        BackendCase(
            name: "400 to a short line", rounds: [Round(.ticket(1), .status(400))], alarms: ["request-refused"],
            absent: ["request-header-too-long"]),
        BackendCase(
            name: "reset by a very long header",
            rounds: [
                Round(.ticket(1), .silence(.reset, byClient: false, seconds: 0.1)).with {
                    $0.fieldBytes = 40000; $0.headerBytes = 41000
                }
            ],
            alarms: ["request-header-too-long"], absent: ["backend-connection-reset"]),
        BackendCase(
            name: "sent to the log-in", rounds: [Round(.ticket(1), .redirect("/login?ReturnUrl=%2f"))],
            alarms: ["anonymous-first-backend"],
            absent: ["redirect-to-unpublished-host"]),
        BackendCase(
            name: "sent to a page", rounds: [Round(.ticket(1), .redirect("/home", accepting: true)), page.at("/home")],
            alarms: [],
            absent: ["anonymous-first-backend", "redirect-to-unpublished-host"]),
        BackendCase(
            name: "a log-in form in an error",
            rounds: [Round(.ticket(1), .status(403)).with { $0.phrases = .logInForm }],
            alarms: ["anonymous-first-backend"], absent: ["request-refused"]),
        BackendCase(
            name: "taken only when asked first",
            rounds: [
                Round(.ticket(1), .status(400)), Round(.nothing, .status(401, negotiate)),
                Round(.ticket(2), .accepting(200)),
            ],
            alarms: ["anonymous-first-backend"]),
        BackendCase(
            name: "sent to another host",
            rounds: [Round(.ticket(1), .redirect("http://inner.corp.example:8080/", accepting: true))],
            alarms: ["redirect-to-unpublished-host"], absent: ["anonymous-first-backend"]),
        BackendCase(
            name: "sent to the same host, absolute",
            rounds: [Round(.ticket(1), .redirect("http://WEB.corp.example/home", accepting: true))],
            alarms: [], absent: ["redirect-to-unpublished-host"]),
        BackendCase(
            name: "sent to https", rounds: [Round(.ticket(1), .redirect("https://web.corp.example/", accepting: true))],
            alarms: ["redirect-to-unpublished-host"]),
        BackendCase(
            name: "missing outside the path",
            rounds: [
                page.at("/portal/"), Round(.ticket(2), .status(404)).at("/assets/a.css"),
                Round(.ticket(3), .status(404)).at("/assets/b.png"),
            ],
            alarms: ["outside-published-path"]),
        BackendCase(
            name: "missing inside the path",
            rounds: [page.at("/portal/"), Round(.ticket(2), .status(404)).at("/portal/logo.png")],
            alarms: [], absent: ["outside-published-path"]),
        BackendCase(
            name: "an icon that nobody published",
            rounds: [page.at("/portal/"), Round(.ticket(2), .status(404)).at("/favicon.ico")],
            alarms: [], absent: ["outside-published-path"]),
        BackendCase(
            name: "a page at the root",
            rounds: [page, Round(.ticket(2), .status(404)).at("/a/b"), Round(.ticket(3), .status(404)).at("/c/d")],
            alarms: [], absent: ["outside-published-path"]),
        BackendCase(
            name: "no answer for 85 seconds",
            rounds: [Round(.ticket(1), .silence(.closed, byClient: true, seconds: 85))],
            alarms: ["backend-timeout"], absent: ["backend-connection-reset"]),
        BackendCase(
            name: "given up at five seconds",
            rounds: [Round(.ticket(1), .silence(.closed, byClient: true, seconds: 5))],
            alarms: ["backend-timeout"]),
        BackendCase(
            name: "left at once", rounds: [Round(.ticket(1), .silence(.closed, byClient: true, seconds: 0.2))],
            alarms: [],
            absent: ["backend-timeout", "backend-connection-reset"]),
        BackendCase(
            name: "the capture ends",
            rounds: [Round(.ticket(1), .silence(.captureEnded, byClient: false, seconds: 90))], alarms: [],
            absent: ["backend-timeout", "backend-connection-reset"]),
        BackendCase(
            name: "reset instead of an answer",
            rounds: [Round(.ticket(1), .silence(.reset, byClient: false, seconds: 0.1))],
            alarms: ["backend-connection-reset"], absent: ["backend-timeout"]),
        BackendCase(
            name: "closed instead of an answer",
            rounds: [Round(.ticket(1), .silence(.closed, byClient: false, seconds: 0.1))],
            alarms: ["backend-connection-reset"]),
        BackendCase(
            name: "an idle connection closed, then answered",
            rounds: [
                Round(.ticket(1), .silence(.closed, byClient: false, seconds: 0.1)), Round(.ticket(2), .accepting(200)),
            ], alarms: [],
            notes: ["backend-connection-reset"]),
        BackendCase(
            name: "34 in the token", rounds: [page, Round(.ticket(1), .error(34))], alarms: ["ticket-replayed"],
            absent: ["backend-rejected-ticket", "backend-key-mismatch"]),
        BackendCase(
            name: "the same token, refused barely", rounds: [page, bare(1)],
            alarms: ["ticket-replayed", "backend-rejected-ticket"]),
        BackendCase(name: "the same token, taken twice", rounds: [page, page], alarms: [], notes: ["ticket-replayed"]),
        BackendCase(
            name: "two tokens of one ticket", rounds: [page, Round(.ticket(2), .accepting(200))], alarms: [],
            absent: ["ticket-replayed"]),
        BackendCase(
            name: "another leg wanted", rounds: [Round(.ticket(1), .incomplete)], alarms: ["negotiation-incomplete"],
            absent: ["backend-rejected-ticket", "backend-401-loop"]),
        BackendCase(
            name: "the ticket is for another host", rounds: [page.with { $0.host = "shop.corp.example" }], alarms: [],
            notes: ["spn-host-mismatch"]),
        BackendCase(
            name: "and is refused", rounds: [Round(.ticket(1), .rejecting).with { $0.host = "shop.corp.example:8080" }],
            alarms: ["backend-rejected-ticket", "spn-host-mismatch"]),
        BackendCase(
            name: "a short name is the same host", rounds: [page.with { $0.host = "WEB:8080" }], alarms: [],
            absent: ["spn-host-mismatch"]),
        BackendCase(
            name: "a proxy wants a log-on",
            rounds: [Round(.ticket(1), .status(407)).with { $0.target = "http://web.corp.example/" }],
            alarms: ["backend-via-proxy"],
            absent: ["backend-rejected-ticket", "negotiate-not-offered", "request-refused"]),
        BackendCase(
            name: "a proxy that works", rounds: [page.with { $0.target = "http://web.corp.example/" }], alarms: [],
            notes: ["backend-via-proxy"]),
        BackendCase(
            name: "a browser's NTLM",
            rounds: [
                Round(.nothing, .status(401, negotiate)), Round(.ntlm(1), .ntlmChallenge()),
                Round(.ntlm(3), .status(200)),
            ],
            alarms: [], absent: ["ntlm-fallback", "negotiate-not-offered", "backend-401-loop"], kind: .ntlm),
        BackendCase(
            name: "a browser's NTLM only",
            rounds: [
                Round(.nothing, .status(401, ["NTLM"])), Round(.ntlm(1), .ntlmChallenge("NTLM")),
                Round(.ntlm(3), .status(200)),
            ],
            alarms: [], absent: ["ntlm-fallback", "negotiate-not-offered"], kind: .ntlm),
        BackendCase(
            name: "NTLM unasked, accepted",
            rounds: [Round(.ntlm(1), .ntlmChallenge("NTLM")), Round(.ntlm(3), .status(200))],
            alarms: ["ntlm-fallback"], absent: ["backend-401-loop", "negotiate-not-offered"], kind: .ntlm),
        BackendCase(
            name: "NTLM unasked to an address",
            rounds: [Round(.ntlm(1), .ntlmChallenge("NTLM")), Round(.ntlm(3), .status(200))].map {
                $0.with { $0.host = "192.0.2.30" }
            },
            alarms: [], absent: ["ntlm-fallback"], kind: .ntlm),
        BackendCase(
            name: "NTLM unasked, not served",
            rounds: [Round(.ntlm(1), .ntlmChallenge("NTLM")), Round(.ntlm(3), .status(405))],
            alarms: [], absent: ["ntlm-fallback", "request-refused"], kind: .ntlm),
        BackendCase(
            name: "Basic", rounds: [Round(.nothing, .status(401, ["Basic"])), Round(.basic, .status(200))], alarms: [],
            absent: ["negotiate-not-offered"], kind: .password),
        BackendCase(
            name: "Basic, refused thrice", rounds: (1...3).map { _ in Round(.basic, .status(401, ["Basic"])) },
            alarms: [],
            absent: ["backend-401-loop", "negotiate-not-offered"], kind: .password),
    ]

    @Test(arguments: cases) func saysWhatTheRoundsShow(_ story: BackendCase) {
        let build = UnitBuilder()
        let signOn = build.signOn(
            1, kind: story.kind, service: story.service, ticket: story.ticket, continues: story.continues, story.rounds)
        let findings = build.findings([.signOn(signOn)])
        let alarms = findings.filter { $0.severity != .info }.map { $0.rule.slug.description }
        #expect(alarms == story.alarms)
        let all = findings.map { $0.rule.slug.description }
        let notes = findings.filter { $0.severity == .info }.map { $0.rule.slug.description }
        for slug in story.notes { #expect(notes.contains(slug), "\(slug) is missing") }
        for slug in story.absent { #expect(!all.contains(slug), "\(slug) must not be there") }
        for finding in findings where finding.rule.stage == .targetApplication {
            #expect(!finding.evidence.isEmpty && !finding.connections.isEmpty, "\(finding.rule.slug) proves nothing")
            #expect(finding.occasions == [1], "\(finding.rule.slug) is of no sign-on")
        }
    }

    /// Every text of every finding that the cases make is filled: no placeholder remains, and a key of
    /// the rule's own never falls back to its generic form.
    @Test func fillsItsTexts() {
        let own = [
            "ROUNDS", "SCHEMES", "TOKEN-ERROR", "STATUS", "HEADER-BYTES", "FIELD-BYTES", "HTTP-HOST", "PAGE-PATH",
            "MISSING-PATHS",
            "WAITED", "ENDING", "STATE", "LOCATION", "ACCEPTING-BACKEND", "FAILURE",
        ]
        for story in Self.cases {
            let build = UnitBuilder()
            let signOn = build.signOn(1, kind: story.kind, service: story.service, ticket: story.ticket, story.rounds)
            for finding in build.findings([.signOn(signOn)]) where finding.rule.stage == .targetApplication {
                let text = FindingText(finding, names: build.names)
                for line in [text.title, text.explanation] {
                    #expect(!line.contains("{"), "\(line)")
                    for key in own { #expect(!line.contains("<\(key)>"), "\(story.name): \(line)") }
                }
            }
        }
    }

    @Test func countsALoopAcrossSignOns() {
        let build = UnitBuilder()
        let units = (1...3).map { Unit.signOn(build.signOn($0, [Self.bare($0)])) }
        let alarms = build.alarms(units)
        #expect(alarms.contains("backend-401-loop"))
        let other = UnitBuilder()
        let users = (1...3).map { Unit.signOn(other.signOn($0, user: "user\($0)", [Self.bare($0)])) }
        #expect(!other.alarms(users).contains("backend-401-loop"))
    }

    @Test func tellsAFarmApart() {
        let build = UnitBuilder()
        let good = build.signOn(1, [Self.page])
        let bad = build.signOn(2, [Round(.ticket(2), .error(31)).with { $0.backend = "192.0.2.31" }])
        let findings = build.findings([.signOn(good), .signOn(bad)])
        #expect(
            findings.filter { $0.severity == .error }.map { $0.rule.slug.description } == [
                "backend-farm-inconsistent", "backend-key-mismatch",
            ])
        #expect(
            findings.first { $0.rule.slug.description == "backend-key-mismatch" }?.consequenceOf?.description
                == "backend-farm-inconsistent")
        // Another key version, and the same address, are no farm.
        let near = UnitBuilder()
        let alarms = near.alarms([
            .signOn(near.signOn(1, [Self.page])),
            .signOn(near.signOn(2, kvno: 3, [Round(.ticket(2), .error(44)).with { $0.backend = "192.0.2.31" }])),
            .signOn(near.signOn(3, user: "bob", [Round(.ticket(3), .error(31))])),
        ])
        #expect(!alarms.contains("backend-farm-inconsistent"))
    }

    @Test func findsTheConnectionThatNeverCame() {
        func alarms(
            _ change: @escaping (inout ConnectionSummary) -> Void, port: UInt16 = 80, server: String = "192.0.2.30"
        ) -> [String] {
            let build = UnitBuilder()
            let signOn = build.signOn(1, [])
            return build.alarms([
                .signOn(signOn), .connection(build.connection(to: server, port: port, change: change)),
            ])
        }
        #expect(alarms { $0.client.synCount = 3 } == ["backend-unreachable"])
        #expect(
            alarms {
                $0.server.resetFrame = $0.firstFrame; $0.server.packets = 1
            } == ["backend-unreachable"])
        #expect(alarms { $0.icmpFrame = $0.firstFrame } == ["backend-unreachable"])
        // One SYN may still be answered after the end; a controller is no backend; an open connection is none of it.
        #expect(alarms { $0.client.synCount = 1 } == [])
        #expect(alarms({ $0.client.synCount = 3 }, port: 389) == [])
        #expect(
            alarms {
                $0.client.synCount = 3; $0.server.synCount = 1; $0.server.packets = 4
            } == [])
        // The order in which flow and sign-on end does not matter.
        let build = UnitBuilder()
        let signOn = build.signOn(1, [])
        let connection = build.connection { $0.client.synCount = 4 }
        #expect(build.alarms([.connection(connection), .signOn(signOn)]) == ["backend-unreachable"])
        // With a request seen, a failed connection is somebody else's.
        let served = UnitBuilder()
        let healthy = served.signOn(1, [Self.page])
        #expect(served.alarms([.signOn(healthy), .connection(served.connection { $0.client.synCount = 4 })]) == [])
    }

    @Test func saysThatTLSHidesTheAnswer() {
        let build = UnitBuilder()
        let signOn = build.signOn(1, [])
        let connection = build.connection(port: 443) { connection in
            connection.server.synCount = 1
            connection.server.packets = 9
            connection.client.firstDataFrame = connection.firstFrame
            connection.isTLS = true
        }
        let findings = build.findings([.signOn(signOn), .connection(connection)])
        #expect(findings.map { $0.rule.slug.description } == ["backend-encrypted"])
        #expect(findings.first?.severity == .info)
    }

    @Test func findsTheSecondHop() {
        func slugs(_ code: Int32, service: String, evidence: String) -> [String] {
            let build = UnitBuilder()
            let hop = build.request(
                .s4U2Proxy, user: "alice", service: service, account: "pool",
                [build.exchange(.s4U2Proxy, .refused(code), evidenceFor: evidence)]
            ) {
                $0.client = UnitBuilder.backend.address
            }
            let signOn = build.signOn(1, [Self.page])
            return build.alarms([.ticketRequest(hop), .signOn(signOn)])
        }
        #expect(
            slugs(13, service: "MSSQLSvc/db.corp.example:1433", evidence: "http/web.corp.example").contains(
                "double-hop-failure"))
        #expect(
            slugs(7, service: "MSSQLSvc/db.corp.example:1433", evidence: "http/web.corp.example").contains(
                "double-hop-failure"))
        #expect(
            !slugs(13, service: "http/web.corp.example", evidence: "http/web.corp.example").contains(
                "double-hop-failure"))
    }

    @Test func knowsOneUserFromAll() {
        let build = UnitBuilder()
        let findings = build.findings([
            .signOn(build.signOn(1, user: "alice", [Self.page])),
            .signOn(build.signOn(2, user: "bob", [Round(.ticket(2), .error(41))])),
        ])
        #expect(findings.first?.causes.first?.description == "stale-key")
        let all = UnitBuilder()
        let everyone = all.findings([.signOn(all.signOn(2, user: "bob", [Round(.ticket(2), .error(41))]))])
        #expect(everyone.first?.causes.first?.description == "wrong-account")
    }

    @Test func anExplainedLoopIsAConsequence() {
        let build = UnitBuilder()
        let rounds = (1...3).map { Round(.ticket($0), .error(31)) }
        let findings = build.findings([.signOn(build.signOn(1, rounds))])
        #expect(findings.map { $0.rule.slug.description } == ["backend-key-mismatch", "backend-401-loop"])
        #expect(findings.last?.consequenceOf?.description == "backend-key-mismatch")
    }

    @Test func whatIsRememberedIsBounded() {
        let build = UnitBuilder()
        var diagnostician = Diagnostician(names: build.names)
        for id in 1...3000 {
            let service = "http/web\(id).corp.example"
            diagnostician.visit(
                .signOn(build.signOn(UInt64(id), user: "user\(id)", service: service, [Self.bare(UInt64(id))])))
            diagnostician.visit(
                .connection(build.connection(to: "192.0.2.\(id % 200 + 40)") { $0.client.synCount = 2 }))
        }
        let findings = diagnostician.finish()
        let rejected = findings.filter { $0.rule.slug.description == "backend-rejected-ticket" }
        #expect(rejected.reduce(0) { $0 + ($1.folded?.count ?? 1) } == 3000)
        #expect(!findings.contains { $0.rule.slug.description == "backend-401-loop" })
    }
}
