import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// Two domain controllers answer the same request differently.
final class KDCAnswersDiffer: TicketRequestRule, TickingRule {
    static let documentation = RuleDocumentation(
        slug: "kdc-answers-differ",
        title: "{kdc} refuses what {other_kdc} grants to {account}",
        stage: .delegationService,
        severity: .warning,
        meaning: """
            The same request of {account} ({kind} for {spn}) was refused by {kdc} with {error} and granted by \
            {other_kdc}. Whether a sign-on works depends on which domain controller is asked.
            """,
        evidence:
            """
            Two requests with the same requester, user and service, to different KDC addresses: one refused for \
            good, one granted.
            """,
        causes: [
            DocumentedCause(
                "replication",
                "A change (delegation, SPN, account) has not reached {kdc} yet, or replication to it is broken.",
                fixes: [
                    Remedies.replication,
                    DocumentedFix(
                        "Show what each domain controller holds.",
                        command:
                            """
                            Get-ADDomainController -Filter * | ForEach-Object { Get-ADComputer {account_host} \
                            -Server $_.HostName -Properties msDS-AllowedToDelegateTo, TrustedToAuthForDelegation, \
                            PasswordLastSet }
                            """,
                        on: .anywhere),
                    DocumentedFix("Pull the changes.", command: "repadmin /syncall /e", on: .domainController),
                ]),
            DocumentedCause(
                "patch-level", "The domain controllers have different patch levels.",
                fixes: [DocumentedFix("Bring all to the same level.", on: .domainController)]),
            DocumentedCause("read-only-dc", "{kdc} is read-only and may not serve these accounts."),
        ],
        cannotTell: ["Whether a setting was changed between the two requests."],
        eventIDs: [13019],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation, "Prerequisites: a member may move from one DC to another at any time")
        ],
        references: ["RFC 4120 7.5.9"])

    static let keyedBy: SubjectParts = [.account, .service, .kdc]

    private struct RequestKey: QuicklyHashed {
        var kind: ExchangeKind
        var account: NameID
        var user: NameID
        var service: NameID

        var hashWord: UInt64 {
            QuickHash.combine(
                UInt64(account.rawValue) << 32 | UInt64(user.rawValue),
                UInt64(service.rawValue) << 8 | UInt64(kind.rawValue))
        }
    }
    private struct Answers {
        var granted: KerberosExchange?
        var refused: KerberosExchange?
        var request: TicketRequest?
        var isReported = false
    }
    private static let maximumCount = 2048
    /// Requests of which both answers have become known since the last tick.
    private var judged: [RequestKey] = []
    private let answers = RefCell(BoundedTable<RequestKey, Answers>(maximumCount: maximumCount))

    /// Codes that are a verdict on the accounts, not on the moment or the transport.
    private static func isVerdict(_ code: Int32) -> Bool {
        switch KerberosErrorCode(rawValue: code) {
        case .clientExpired, .serviceExpired, .clientPrincipalUnknown, .serverPrincipalUnknown, .principalNotUnique,
            .policy, .badOption, .encryptionTypeNotSupported, .clientRevoked, .serviceRevoked, .keyExpired,
            .preauthenticationFailed, .mustUseUserToUser, .badIntegrity, .modified, .generic:
            true
        default: false
        }
    }

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        var known: RequestKey?
        for place in 0..<request.attemptCount {
            var isGranted = false
            switch request.attempt(place).outcome {
            case .granted: isGranted = true
            case .refused(let code) where Self.isVerdict(code): break
            default: continue
            }
            let key =
                known
                ?? RequestKey(
                    kind: request.kind, account: context.fold(request.requester.name),
                    user: context.fold(request.user.name),
                    service: context.fold(request.service.name))
            known = key
            var isJudged = false
            answers.value.update(key, initial: Answers()) {
                if isGranted {
                    if $0.granted == nil { $0.granted = request.facts.attempts[place] }
                } else if $0.refused == nil {
                    ($0.refused, $0.request) = (request.facts.attempts[place], request)
                }
                isJudged = $0.granted != nil && $0.refused != nil && !$0.isReported
                if isJudged { $0.isReported = true }
            }
            if isJudged, judged.count < Self.maximumCount { judged.append(key) }
        }
    }

    func tick(_ context: RuleContext) {
        for key in judged {
            guard let answer = answers.value[key], let granted = answer.granted, let refused = answer.refused,
                let request = answer.request,
                granted.kdc.address != refused.kdc.address
            else { continue }
            var observation = Observation(.warning, .high, of: request)
            observation.subjects.kdc = refused.kdc.address
            observation.evidence = Evidence.of(refused) + Evidence.of(granted)
            observation.connections = [ConnectionKey(of: refused), ConnectionKey(of: granted)]
            observation.details = [
                Detail("other_kdc", "\(granted.kdc.address)"), Detail("kind", request.kind.name),
                Detail("error", KerberosErrorCode(rawValue: refused.errorCode ?? 0).label),
            ]
            context.report(observation)
        }
        judged.removeAll(keepingCapacity: true)
    }
}
