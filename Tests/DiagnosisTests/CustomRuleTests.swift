import Diagnosis
import Dissectors
import Exchanges
import Flows
import PacketModel
import Testing

/// Rules written outside of the module, with nothing but what it makes public.
@Suite struct CustomRuleTests {
    private static func page(_ slug: StaticString) -> RuleDocumentation {
        RuleDocumentation(
            slug: slug, title: "{user} asked for {spn}", stage: .delegationService, severity: .info, meaning: "m",
            evidence: "e", causes: [])
    }

    /// Reports each user for whom a ticket was issued, and what else is known by then.
    final class UserSeen: TicketRequestRule {
        static let documentation = page("user-seen")
        static let keyedBy: SubjectParts = [.user]

        func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
            guard request.isForUser, request.outcome.isGranted else { return }
            var observation = Observation(.info, .high, of: request)
            observation.detail("label", context.names.string(context.hostLabel(ofService: request.service.name)))
            context.report(observation)
        }
    }

    /// Visits every kind of unit, and counts.
    final class Everything: TicketRequestRule, SignOnRule, TransactionRule, ConnectionRule, ClockRule, CaptureRule,
        TickingRule
    {
        static let documentation = page("everything")
        var visits: [String] = []

        func visit(ticketRequest request: TicketRequest, _ context: RuleContext) { visits.append("request") }
        func visit(signOn: SignOn, _ context: RuleContext) { visits.append("sign-on") }
        func visit(transaction: HTTPTransaction, _ context: RuleContext) { visits.append("transaction") }
        func visit(connection: ConnectionSummary, _ context: RuleContext) { visits.append("connection") }
        func visit(clocks: [HostClock], _ context: RuleContext) { visits.append("clocks") }
        func visit(capture facts: CaptureFacts, _ context: RuleContext) {
            visits.append("capture of \(context.captureTotals.packets)")
        }
        func tick(_ context: RuleContext) { visits.append("tick") }
        func finish(_ context: RuleContext) {
            var observation = Observation(.info, .high, subjects: Subjects(), evidence: [])
            observation.details = [Detail("visits", visits.joined(separator: ", "))]
            context.report(observation)
        }
    }

    /// The same condition as a list of codes, and written out.
    final class ByCodes: RefusalRule {
        static let documentation = page("by-codes")
        static let keyedBy: SubjectParts = []
        static let codes: Set<KerberosErrorCode> = [.badOption, .clientPrincipalUnknown]

        func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
            context.report(Observation(.info, .high, of: request))
        }
    }
    final class ByHand: TicketRequestRule {
        static let documentation = page("by-hand")
        static let keyedBy: SubjectParts = []

        func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
            guard request.refusal == .badOption || request.refusal == .clientPrincipalUnknown else { return }
            context.report(Observation(.info, .high, of: request))
        }
    }

    /// Knowledge of one's own.
    final class Realms: TicketRequestKnowledge {
        private(set) var seen: Set<NameID> = []
        func learn(ticketRequest request: TicketRequest, _ context: RuleContext) { seen.insert(request.serviceRealm) }
    }
    final class RealmCount: Rule {
        static let documentation = page("realm-count")
        func finish(_ context: RuleContext) {
            var observation = Observation(.info, .high, subjects: Subjects(), evidence: [])
            observation.details = [Detail("realms", "\(context.knowledge(Realms.self).seen.count)")]
            context.report(observation)
        }
    }

    @Test func aRuleIsAClassAndALine() throws {
        let build = UnitBuilder()
        var diagnostician = Diagnostician(names: build.names, rules: [UserSeen.self])
        for user in ["alice", "bob", "Alice"] {
            diagnostician.visit(
                .ticketRequest(build.request(.s4U2Proxy, user: user, [build.exchange(.s4U2Proxy, .granted)])))
        }
        let findings = diagnostician.finish()
        #expect(findings.map(\.count) == [2, 1])
        let first = try #require(findings.first)
        #expect(FindingText(first, names: build.names).title == "alice asked for http/web.corp.example")
        #expect(first.details == [Detail("label", "web")])
    }

    @Test func everyKindIsVisited() {
        let build = UnitBuilder()
        var diagnostician = Diagnostician(names: build.names, rules: [Everything.self])
        let request = build.request(.authenticationService, [build.exchange(.authenticationService, .granted)])
        let side = ConnectionSide(endpoint: UnitBuilder.backend)
        let frame = FrameReference(capture: 0, frame: 1)
        let connection = ConnectionSummary(
            flow: FlowID(rawValue: 1), point: 0, transport: .tcp, client: side, server: side, firstTime: nil,
            lastTime: nil, firstFrame: frame, lastFrame: frame)
        var facts = CaptureFacts(point: 0)
        facts.packets = 7
        let isConcerned = diagnostician.concerns(connection)
        #expect(isConcerned)
        diagnostician.visit(.ticketRequest(request))
        diagnostician.visit(.connection(connection))
        diagnostician.visit(.clocks([]))
        diagnostician.visit(.capture(facts))
        #expect(
            diagnostician.finish().map(\.details) == [
                [Detail("visits", "request, connection, clocks, capture of 7, tick")]
            ])
    }

    @Test func codesOnlySaveTime() {
        let build = UnitBuilder()
        var diagnostician = Diagnostician(names: build.names, rules: [ByCodes.self, ByHand.self])
        for code in [1, 6, 7, 13, 13, 25, 52, 200] as [Int32] {
            diagnostician.visit(
                .ticketRequest(
                    build.request(.s4U2Proxy, user: "alice", [build.exchange(.s4U2Proxy, .refused(code))])))
        }
        #expect(diagnostician.finish().map(\.count) == [3, 3])
    }

    @Test func knowledgeLearnsBeforeRulesAsk() {
        let build = UnitBuilder()
        var diagnostician = Diagnostician(names: build.names, rules: [RealmCount.self], knowledge: [Realms.self])
        diagnostician.visit(
            .ticketRequest(
                build.request(.authenticationService, [build.exchange(.authenticationService, .granted)])))
        #expect(diagnostician.finish().map(\.details) == [[Detail("realms", "1")]])
    }

    /// What a rule knows of its kind of flow is all that decides whether flows become units.
    @Test func noRuleIsAboutAHealthyFlow() {
        let side = ConnectionSide(endpoint: UnitBuilder.backend)
        let frame = FrameReference(capture: 0, frame: 1)
        var connection = ConnectionSummary(
            flow: FlowID(rawValue: 1), point: 0, transport: .tcp, client: side, server: side, firstTime: nil,
            lastTime: nil, firstFrame: frame, lastFrame: frame)
        let diagnostician = Diagnostician(names: NameTable())
        #expect(!diagnostician.concerns(connection))
        connection.isTLS = true
        #expect(diagnostician.concerns(connection))
    }
}
