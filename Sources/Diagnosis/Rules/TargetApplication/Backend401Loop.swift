import PacketModel
import Dissectors
import Exchanges

/// Attempt after attempt, each with a token, and each answered by 401.
final class Backend401Loop: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "backend-401-loop",
        title: "{backend} answered {rounds} attempts of {user} with 401, each with a token",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The connector sent credentials for {spn} again and again, and {backend} answered every time with 401 as if \
            none had come. The connector gives up after a number of attempts and logs event 12008 or 13022.
            """,
        evidence: """
            Three or more requests of one user for one address, each with a new token, each answered by 401 and none \
            by success, counted across connections; packets seen twice and repetitions of the same token do not count. \
            Rounds that are answered by an accepting token are authorization-denied; an NTLM handshake's own 401 is no \
            round. Where the token of the response names a reason, that reason is the root.
            """,
        causes: [
            DocumentedCause(
                "wrong-account",
                """
                The web server cannot decrypt the ticket: {spn} belongs to another account than the application \
                pool's.
                """,
                fixes: [
                    DocumentedFix(
                        "Show which account holds the SPN, and compare with the pool's identity.",
                        command: Commands.findSPN, on: .anywhere),
                    DocumentedFix(
                        "Let IIS decrypt with the pool's account.",
                        command: IISCommands.useApplicationPoolKey,
                        on: .backend),
                ]),
            DocumentedCause(
                "clock", "The clocks of connector, domain controller and backend differ by more than five minutes.",
                fixes: [
                    DocumentedFix(
                        "Compare the clocks.", command: "w32tm /stripchart /computer:{kdc} /samples:3 /dataonly",
                        on: .backend),
                    DocumentedFix("Synchronize.", command: Commands.synchroniseClock, on: .backend),
                ]),
            DocumentedCause(
                "ignores-token",
                """
                Something in front of the application (a load balancer, a module, a filter) drops or ignores the \
                Authorization field.
                """,
                fixes: [
                    DocumentedFix(
                        "Capture on the backend itself, and see whether the Authorization field arrives.", on: .capture)
                ]),
            DocumentedCause(
                "providers", "Windows authentication is off for this path, or its providers are damaged.",
                fixes: [
                    DocumentedFix(
                        "Show the authentication settings of the site; Negotiate must stand first, NTLM beneath it.",
                        command: IISCommands.showWindowsAuthentication,
                        on: .backend)
                ]),
        ],
        cannotTell: [
            "Why the backend refuses, where its answer carries no token: its own log has the sub-status.",
            "How many attempts the connector is configured to make.",
        ],
        eventIDs: [12008, 13022],
        seedRows: [
            SeedRow(.troubleshoot, "12008: maximum number of Kerberos attempts exceeded"),
            SeedRow(.troubleshoot, "13022: backend responds to Kerberos with 401"),
        ],
        references: ["RFC 4559 5", "RFC 9110 15.5.2"],
        consequenceOf: PriorFailures.explainedRefusal + ["backend-rejected-ticket", "spn-host-mismatch"])

    static let keyedBy: SubjectParts = [.service, .backend]

    /// Failing rounds of one user for one address that are spread over several sign-ons.
    private struct Streak {
        var key: Key
        var rounds: [HTTPTransaction] = []
        var count = 0
        var lastTime: CaptureTime?
    }
    private struct Key: Hashable {
        var point: UInt16
        var connector: IPAddress
        var user: NameID
        var realm: NameID
        var target: HTTPTarget
    }
    /// The oldest gives way: no more than this many addresses are remembered.
    private static let maximumStreaks = 256
    /// Rounds further apart are attempts of different days, no loop.
    private static let maximumGap: Int64 = 60_000_000_000
    private var streaks: [Streak] = []

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        if let rounds = signOn.loop {
            let onlyRounds = rounds.count == signOn.transactions.count
            report(rounds, count: rounds.count + (onlyRounds ? Int(signOn.omittedSteps) : 0), signOn, context)
            forget(signOn)
            return
        }
        if signOn.transactions.contains(where: \.isLetIn) {
            forget(signOn)
            return
        }
        let failing = SignOn.distinctRounds(signOn.failingRounds)
        guard let first = failing.first, failing.allSatisfy({ $0.target == first.target }) else { return }
        let key = Key(
            point: signOn.point, connector: signOn.connector, user: signOn.user.name, realm: signOn.userRealm,
            target: first.target)
        var streak = Streak(key: key)
        if let index = streaks.firstIndex(where: { $0.key == key }) {
            let known = streaks.remove(at: index)
            if let before = known.lastTime, let now = first.time, now.nanoseconds(since: before) <= Self.maximumGap {
                streak = known
            }
        }
        streak.count += failing.count
        streak.rounds += failing.prefix(max(0, 8 - streak.rounds.count))
        streak.lastTime = failing.last?.time
        if streak.count >= 3 {
            report(streak.rounds, count: streak.count, signOn, context)
            return
        }
        if streaks.count >= Self.maximumStreaks { streaks.removeFirst() }
        streaks.append(streak)
    }

    private func forget(_ signOn: SignOn) {
        if streaks.isEmpty { return }
        streaks.removeAll {
            $0.key.point == signOn.point && $0.key.connector == signOn.connector && $0.key.user == signOn.user.name
                && $0.key.realm == signOn.userRealm
        }
    }

    private func report(_ rounds: [HTTPTransaction], count: Int, _ signOn: SignOn, _ context: RuleContext) {
        var observation = Observation(.error, .high, signOn, rounds, evidence: Evidence.rounds(rounds))
        observation.detail("rounds", String(count))
        if let first = rounds.first?.time, let last = rounds.last?.responseTime {
            observation.detail("duration", DurationText.text(nanoseconds: last.nanoseconds(since: first)))
        }
        context.report(observation)
    }
}
