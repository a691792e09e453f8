import PacketModel
import Diagnosis
import Exchanges
import Pipeline
import Reporting
import Testing

/// A report holds all that a printer needs, and as much as its detail allows.
@Suite struct ReportTests {
    private static func outline(_ result: AnalysisResult) -> String { OutlinePrinter.text(Report(result)) }

    @Test func aPrinterNeedsTheReportAlone() {
        let outline = Self.outline(StoryBuilder().result(proxyCode: 13, status: 0xC000_0225))
        #expect(
            outline.hasPrefix(
                """
                FAILED Sign-on of alice@CORP.EXAMPLE to http/app.corp.example failed at the delegation service \
                (connector to KDC).
                  The KDC refused to delegate alice to http/app.corp.example.
                  Explains events 13019 and 12027 on the connector.
                  More came than can be kept: 7 connections were given up. Failures may be missing.
                alice@CORP.EXAMPLE to http/app.corp.example, delegated: failed
                  column 0: user alice@CORP.EXAMPLE
                  column 1: connector 192.0.2.20 conn$@CORP.EXAMPLE
                  column 2: KDC 192.0.2.10 CORP.EXAMPLE
                  22:13:20.133 1 <-> 2 [1-2] logon: ticket issued
                  22:13:20.153 +20 ms 1 <-> 2 [3-4] S4U2Self: ticket issued
                  ! 22:13:20.173 +20 ms 1 <-> 2 [5-6] S4U2Proxy: KDC_ERR_BADOPTION (13) STATUS_NOT_FOUND
                  see delegation-denied
                error delegation-denied (frames 5, 6): The KDC refused to delegate alice to http/app.corp.example
                  1. The delegation list of conn$ lacks exactly http/app.corp.example: service class, host and port \
                all count.
                     domain member: Get-ADComputer conn
                """))
        #expect(
            outline.hasSuffix(
                "  filter (ip.addr == 192.0.2.20 && ip.addr == 192.0.2.10 && tcp.port == 88 && "
                    + "tcp.port == 50000)\n"))
    }

    @Test func framesNameTheirCaptureWhereThereAreSeveral() {
        let outline = Self.outline(StoryBuilder().result(httpStatus: 401, backendCapture: "backend.pcapng"))
        #expect(outline.contains("1 <-> 2 [connector.pcapng:5-6] S4U2Proxy: ticket issued\n"))
        #expect(outline.contains("1 <-> 3 [backend.pcapng:1-2] GET /: 401, offers NTLM, Negotiate\n"))
        #expect(outline.contains("backend-rejected-ticket (frames backend.pcapng:1, backend.pcapng:2)"))
    }

    /// A connector that cannot log on has no sign-on: its requests are a ladder of their own.
    @Test func unansweredRequestsAreArrowsWithoutReturn() {
        let build = StoryBuilder()
        let requests = (0..<10).map { _ in
            build.request(
                .authenticationService, user: "conn$", service: "krbtgt/CORP.EXAMPLE", isAnswered: false, copies: 2)
        }
        var diagnostician = Diagnostician(names: build.names)
        for request in requests { diagnostician.visit(.ticketRequest(request)) }
        var result = AnalysisResult(names: build.names)
        result.ticketRequests = requests
        result.ticketRequestCounts.failed = 10
        result.findings = diagnostician.finish()
        let outline = Self.outline(result)
        #expect(outline.contains("column 0: 192.0.2.20 192.0.2.20 conn$@CORP.EXAMPLE\n  column 1: KDC 192.0.2.10"))
        #expect(outline.contains("0 -->x 1 x3 [1] AS conn$: no answer, sent 3 times\n"))
        #expect(outline.contains("  and 2 more\n"))
    }

    @Test(arguments: [ReportDetail.quiet, .normal, .verbose])
    func saysAsMuchAsItsDetailAllows(_ detail: ReportDetail) {
        var result = StoryBuilder().result(proxyCode: 13, status: 0xC000_0225)
        result.signOnCounts.failed = 4
        let report = Report(result, detail: detail)
        let isQuiet = detail == .quiet
        #expect(report.verdict.level == .failed && report.verdict.signOn == result.signOns[0].id)
        #expect(report.failedSignOns.items.count == (isQuiet ? 0 : 1))
        #expect(report.failedSignOns.more == (isQuiet ? nil : "3 further failed sign-ons"))
        #expect(report.findings.isEmpty == isQuiet && report.hosts.items.isEmpty == isQuiet)
        #expect(report.findings.allSatisfy { ($0.evidence != nil) == (detail == .verbose) })
        #expect(report.counts.signOns.failed == 4)
    }
}
