import TestSupport
import ByteParsing
import Digests
import Dissectors
import Pipeline
import Reporting
import Testing

@Suite struct TicketFingerprintTests {
    /// By what tickets are known makes no difference to what is found, nor to a report that does not show it.
    @Test func theReportIsTheSame() throws {
        for sample in Samples.own {
            let reports = [TicketFingerprint.sha256, .keyed].map { naming in
                var settings = AnalysisSettings()
                settings.ticketFingerprint = naming
                let result = Analysis.run(ListSource(sample.packets), settings: settings)
                return MarkdownReport.text(result, detail: .verbose)
            }
            #expect(reports[0] == reports[1], "\(sample.name)")
        }
    }

    /// What JSON shows of a ticket is its digest, or nothing.
    @Test func namesWithinTheRunAreNotShown() throws {
        var shown = 0
        for sample in Samples.own.prefix(40) {
            var settings = AnalysisSettings()
            func document() -> String {
                let document = AnalysisDocument(Analysis.run(ListSource(sample.packets), settings: settings))
                return document.bytes.decodeUTF8()
            }
            settings.ticketFingerprint = .sha256
            let published = document()
            settings.ticketFingerprint = .keyed
            let withinRun = document()
            let pattern = /"digest" ?: ?("[0-9a-f]{32}"|null)/
            #expect(
                withinRun
                    == published.replacing(pattern) { match in match.output.0.replacing(match.output.1, with: "null") },
                "\(sample.name)")
            #expect(!withinRun.contains(/"digest" ?: ?"/))
            shown += published.matches(of: /"digest" ?: ?"/).count
        }
        #expect(shown > 50)
    }

    @Test func onlyPublishedDigestsAreGivenOut() {
        let octets: [UInt8] = [1, 2, 3, 4, 5]
        let published = NameTable(), withinRun = NameTable(ticketFingerprint: .keyed)
        let digest = published.digest(ofCipher: octets.rawBytes)
        #expect(digest == Digests.sha256First128(octets.rawBytes))
        #expect(published.published(digest) == digest)
        #expect(published.published(Digest128(high: 0, low: 0)) == nil)
        let name = withinRun.digest(ofCipher: octets.rawBytes)
        #expect(name == withinRun.digest(ofCipher: octets.rawBytes))
        #expect(name != digest)
        #expect(!name.isZero)
        #expect(withinRun.published(name) == nil)
    }
}
