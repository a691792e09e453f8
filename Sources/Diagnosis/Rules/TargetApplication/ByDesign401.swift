import Dissectors
import Exchanges

/// One 401 and then success: nothing is wrong.
struct ByDesign401: Rule {
    static let documentation = RuleDocumentation(
        slug: "by-design-401",
        title: "{backend} answered 401 first and served {user} then: by design",
        stage: .targetApplication,
        severity: .info,
        meaning: """
            The first request of a connection was answered by 401 although it carried a token, and the next one was \
            served. IIS with kernel-mode authentication does this; so does any server for which the first request \
            only opens the negotiation. Nothing needs to be done.
            """,
        evidence: """
            A 401 without a rejecting token, followed by success for the same user. Three and more rounds without \
            success are backend-401-loop.
            """,
        causes: [
            DocumentedCause("first-request", "Windows authentication answers the first request of each connection with a challenge.",
                fixes: [
                    DocumentedFix(
                        "Only if the extra round trip costs too much: let authentication persist on the connection (authPersistNonNTLM).",
                        command: "%windir%\\system32\\inetsrv\\appcmd.exe set config \"Default Web Site\" -section:system.webServer/security/authentication/windowsAuthentication /authPersistNonNTLM:true /commit:apphost",
                        on: .backend),
                ]),
        ],
        variants: [
            DocumentedVariant(
                "challenge-first", title: "{backend} asked for credentials, and {user} was served then",
                meaning: """
                    The first request carried no token, was answered by 401 with a challenge, and the next one carried a \
                    ticket. That is how browsers do it.
                    """),
        ],
        references: ["Microsoft KB 2749007", "RFC 9110 11.6.1"])

    static let keyedBy: SubjectParts = [.service, .backend]
    static let interests: UnitInterests = .signOn

    mutating func see(_ unit: Unit, _ context: RuleContext) {
        guard case .signOn(let signOn) = unit, signOn.isKerberos, signOn.loop == nil else { return }
        let all = signOn.transactions
        guard let letIn = all.lastIndex(where: \.isLetIn) else { return }
        let before = all[..<letIn].filter { $0.answer == .refused && $0.offersKerberos(context) && $0.receivedNTLMType == 0 }
        let withToken = before.filter(\.carriesTicket)
        if !withToken.isEmpty {
            context.report(Observation(.info, .high, signOn, withToken,
                evidence: withToken.flatMap { Evidence.round($0) }))
            return
        }
        guard let first = before.first(where: { $0.credential == .none }), all[letIn].carriesTicket else { return }
        var observation = Observation(.info, .high, signOn, [first], evidence: Evidence.round(first))
        observation.variant = "challenge-first"
        context.report(observation)
    }
}
