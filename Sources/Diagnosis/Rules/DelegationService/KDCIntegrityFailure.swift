import Dissectors
import Exchanges

/// The KDC could not verify the request or a ticket in it.
final class KDCIntegrityFailure: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "kdc-integrity-failure",
        title: "The domain controller {kdc} found a request of {account} altered or encrypted with another key",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered {error}: a checksum of the request, or a ticket in it, does not verify. \
            Either the domain controllers do not agree about how delegated tickets are signed or which keys they \
            hold, or something changed the bytes on the way.
            """,
        evidence: """
            KRB-ERROR 41 (message modified) or 31 (integrity check failed) from port 88. The same codes in a backend's \
            token are about the backend's key: backend-rejected-ticket.
            """,
        causes: [
            DocumentedCause(
                "patch-level",
                """
                The domain controllers have different patch levels: tickets of patched ones carry a signature \
                that others do not make (CVE-2020-17049 and its follow-ups).
                """,
                fixes: [
                    DocumentedFix(
                        "Compare the updates of all domain controllers.",
                        command:
                            """
                            Get-ADDomainController -Filter * | ForEach-Object { Get-HotFix -ComputerName \
                            $_.HostName | Sort-Object InstalledOn | Select-Object -Last 3 PSComputerName, \
                            HotFixID, InstalledOn }
                            """,
                        on: .domainController),
                    DocumentedFix("Bring all to the same level.", on: .domainController),
                    Remedies.purgeNetworkService, Remedies.purgeMachine, Remedies.restartConnector,
                ]),
            DocumentedCause(
                "stale-ticket",
                "The connector uses a ticket from before a change of keys (krbtgt reset, restored domain controller).",
                fixes: [Remedies.purgeNetworkService, Remedies.purgeMachine, Remedies.replication]),
            DocumentedCause(
                "altered", "A device on the path changes the packets.",
                fixes: [
                    DocumentedFix(
                        "Take inspection devices out of the path between connector and domain controllers.",
                        on: .network)
                ]),
        ],
        cannotTell: ["Which checksum or key it is: that is inside the encrypted parts."],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(.kerberosConstrainedDelegation, "Prerequisites: no IPS or IDS between connectors and DCs"),
            SeedRow(.troubleshoot, "13019: general API error"),
        ],
        references: ["RFC 4120 7.5.9", "MS-SFU 3.2.5.1.1", "CVE-2020-17049"])

    static let keyedBy: SubjectParts = [.account, .kdc]
    static let codes: Set<KerberosErrorCode> = [.badIntegrity, .modified]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        if request.isWrongPassword { return }
        var observation = Observation(max(request.failureSeverity, .warning), .medium, of: request)
        observation.details = [Detail("error", code.label)]
        context.report(observation)
    }
}
