import PacketModel
import CaptureFile
import Diagnosis
import Dissectors
import Exchanges
import Foundation
import Pipeline
import Reporting
import Testing

/// What is alike is told as one, and what was not kept is told first.
@Suite struct CrowdReportTests {
    /// Requests in the name of so many users, all refused with this code.
    static func crowd(_ count: Int, code: Int32 = 18, service: (Int) -> String = { _ in "conn$" }) -> AnalysisResult {
        let build = StoryBuilder()
        var diagnostician = Diagnostician(names: build.names)
        for index in 0..<count {
            diagnostician.visit(
                .ticketRequest(build.request(.s4U2Self, user: "user\(index)", service: service(index), code: code)))
        }
        var result = AnalysisResult(names: build.names)
        result.captures = [CaptureDescription(name: "connector.pcapng", format: "pcapng")]
        result.captures[0].packets = UInt64(2 * count)
        result.captures[0].ended = true
        result.findings = diagnostician.finish()
        result.folds = diagnostician.folds
        result.limits = [ReachedLimit(name: "findings", dropped: result.folds.reduce(0) { $0 + $1.findings })]
        result.ticketRequestCounts.failed = UInt64(count)
        return result
    }

    @Test(arguments: [4, 100, 4096])
    func aCrowdIsToldAsOne(_ count: Int) {
        let result = Self.crowd(count)
        let more = count == 4 ? "3" : count == 100 ? "99" : "4,095"
        let title =
            """
            The account of user0 may not log on: it is disabled, locked out or expired (and \(more) more users \
            that 192.0.2.20 asked for)
            """
        for detail in [ReportDetail.normal, .verbose] {
            let text = TextReport.text(result, style: TextStyle(width: 200), detail: detail)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count < (detail == .verbose ? 200 : 100))
            #expect(lines[0] == "FAILED  \(title).")
            #expect(text.components(separatedBy: "Unlock it.").count == 2)
            let page = MarkdownReport.text(result, detail: detail)
            #expect(page.split(separator: "\n").count < (detail == .verbose ? 200 : 100))
            #expect(page.hasPrefix("# FAILED: \(title).\n"))
        }
    }

    @Test func aFewAreToldOneByOne() {
        let text = TextReport.text(Self.crowd(3), style: TextStyle(width: 200))
        #expect(text.components(separatedBy: "  error: The account of user").count == 4)
        #expect(!text.contains("more users"))
    }

    /// A fold that stands for what a table had no room for belongs to the others of its kind.
    @Test func whatWasFoldedIsToldWithItsKind() {
        let text = TextReport.text(Self.crowd(1000), style: TextStyle(width: 200))
        #expect(text.components(separatedBy: "  error: ").count == 2)
        #expect(text.contains("1000 times"))
        #expect(text.contains("- user0: frames 1, 2\n"))
        #expect(text.contains("and 995 more."))
    }

    /// The failure of a sign-on that was answered leads, whatever else failed in masses.
    @Test func theMostTellingFailureLeads() {
        let build = StoryBuilder()
        var diagnostician = Diagnostician(names: build.names)
        for index in 0..<20 {
            diagnostician.visit(
                .ticketRequest(
                    build.request(
                        .authenticationService, user: "user\(index)", service: "krbtgt/CORP.EXAMPLE", isAnswered: false)
                ))
        }
        diagnostician.visit(
            .ticketRequest(
                build.request(.authenticationService, user: "alice", service: "krbtgt/CORP.EXAMPLE", code: 6)))
        var result = AnalysisResult(names: build.names)
        result.findings = diagnostician.finish()
        #expect(result.findings.first?.rule.slug.description == "kdc-unreachable")
        #expect(TextReport.text(result).hasPrefix("FAILED  The domain does not accept the computer account conn$."))
    }

    private static func limited(_ limits: [ReachedLimit]) -> AnalysisResult {
        var result = StoryBuilder().result(proxyCode: 13, status: 0xC000_0225)
        result.limits = limits
        return result
    }

    /// Whoever reads only the first lines must know what was not looked at.
    @Test func boundsStandInTheFirstLines() {
        let result = Self.limited([
            ReachedLimit(name: "flows", dropped: 134_465), ReachedLimit(name: "findings", dropped: 1),
        ])
        let sentence =
            """
            More came than can be kept: 134,465 connections were given up, 1 finding was counted with others like \
            it. Failures may be missing.
            """
        for detail in [ReportDetail.quiet, .normal, .verbose] {
            let lines = TextReport.text(result, style: TextStyle(width: 200), detail: detail).split(separator: "\n")
            #expect(lines.prefix(4).contains { $0.hasSuffix(sentence) })
            #expect(
                MarkdownReport.text(result, detail: detail).split(separator: "\n").prefix(4).contains(
                    Substring(sentence)))
        }
        let document = AnalysisDocumentTests.text(result).split(separator: "\n").prefix(16).joined()
        #expect(document.contains("\"findings_complete\": false"))
        #expect(document.contains("\"name\": \"flows\",      \"dropped\": 134465,      \"may_hide_findings\": true"))
        #expect(document.contains("\"may_hide_findings\": false"))
        #expect(
            InfoReport.text(result, style: TextStyle(width: 200))
                .hasPrefix("More came than can be kept: 134,465 connections were given up.\n"))
    }

    /// Findings that are counted in others hide none.
    @Test func whatIsOnlyFoldedHidesNothing() {
        #expect(Self.limited([]).areFindingsComplete)
        #expect(Self.limited([ReachedLimit(name: "findings", dropped: 9)]).areFindingsComplete)
        #expect(!Self.limited([ReachedLimit(name: "streams", dropped: 9)]).areFindingsComplete)
        #expect(!TextReport.text(Self.limited([ReachedLimit(name: "findings", dropped: 9)])).contains("may be missing"))
    }

    @Test func documentsOfCrowdsConformToTheSchema() throws {
        let document = AnalysisDocumentTests.text(Self.crowd(200))
        #expect(document.contains("\"folded\": {"))
        #expect(document.contains("\"occasions\": 72"))
        #expect(try SchemaCheck.complaints(of: [document], against: OutputSchema.analysis) == "")
    }

    @Test func schemaRejectsEveryMutationOfAFold() throws {
        // Of many records the one that stands for others is enough.
        var result = Self.crowd(200)
        result.findings.removeAll { $0.folded == nil }
        result.findings[0].evidence = Array(result.findings[0].evidence.prefix(1))
        #expect(try SchemaCheck.survivors(of: AnalysisDocumentTests.text(result), against: OutputSchema.analysis) == "")
    }
}
