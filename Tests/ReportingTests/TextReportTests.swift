import Foundation
import Pipeline
import Reporting
import Testing

@Suite struct TextReportTests {
    private static let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Goldens")

    /// Tickets in one capture, and what the backend answered in another.
    private static var twoCaptures: AnalysisResult {
        StoryBuilder().result(httpStatus: 401, backendCapture: "backend.pcapng")
    }

    private static func story(_ name: String) -> String {
        switch name {
        case "delegation-denied.txt": TextReport.text(StoryBuilder().result(proxyCode: 13, status: 0xC000_0225))
        case "delegation-denied-quiet.txt":
            TextReport.text(StoryBuilder().result(proxyCode: 13, status: 0xC000_0225), detail: .quiet)
        case "delegation-denied.md": MarkdownReport.text(StoryBuilder().result(proxyCode: 13, status: 0xC000_0225))
        case "healthy.txt": TextReport.text(StoryBuilder().result())
        case "healthy-verbose.txt": TextReport.text(StoryBuilder().result(), detail: .verbose)
        case "two-captures.txt": TextReport.text(twoCaptures)
        case "two-captures.md": MarkdownReport.text(twoCaptures)
        case "two-captures.json": AnalysisDocumentTests.text(twoCaptures)
        case "info.txt": InfoReport.text(StoryBuilder().result())
        default: ""
        }
    }

    @Test(arguments: [
        "delegation-denied.txt", "delegation-denied-quiet.txt", "delegation-denied.md", "healthy.txt",
        "healthy-verbose.txt", "two-captures.txt", "two-captures.md", "two-captures.json", "info.txt",
    ])
    func isAsAgreed(_ name: String) throws {
        let file = Self.goldens.appendingPathComponent(name)
        let text = Self.story(name)
        if ProcessInfo.processInfo.environment["KCDTRACE_UPDATE_GOLDENS"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)))
    }

    @Test func theFirstTenLinesNameTheCause() {
        let lines = TextReport.text(StoryBuilder().result(proxyCode: 13, status: 0xC000_0225)).split(
            separator: "\n", omittingEmptySubsequences: false)
        let head = lines.prefix(10).joined(separator: " ")
        for word in ["FAILED", "alice@CORP.EXAMPLE", "http/app.corp.example", "KDC", "13019"] {
            #expect(head.contains(word))
        }
    }

    @Test(arguments: [60, 80, 132])
    func fitsItsWidth(_ width: Int) {
        let text = TextReport.text(
            StoryBuilder().result(proxyCode: 13, status: 0xC000_0225), style: TextStyle(width: width))
        for line in text.split(separator: "\n") where line.count > width {
            // Only commands and single words may stand out.
            let isCommand = line.hasPrefix("      ")
            #expect(isCommand || !line.contains(" "), "\(line)")
        }
    }

    @Test(arguments: HostileNames.all)
    func hostileNamesCannotReachTheTerminal(_ name: String) {
        let result = StoryBuilder().result(
            user: name, service: "http/" + name, capture: name, target: name, proxyCode: 13)
        let texts = [
            TextReport.text(result, detail: .verbose), MarkdownReport.text(result, detail: .verbose),
            InfoReport.text(result),
            TextReport.text(StoryBuilder().result(user: name, target: name, httpStatus: 401), detail: .verbose),
        ]
        for text in texts {
            for scalar in text.unicodeScalars where scalar != "\n" {
                let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                let turnsText = (0x200B...0x200F).contains(scalar.value) || (0x2028...0x202E).contains(scalar.value)
                #expect(!isControl && !turnsText && scalar.value < 0xE0000)
            }
        }
    }

    @Test func colourIsOnlyWhereAskedFor() {
        let result = StoryBuilder().result(proxyCode: 13)
        let plain = TextReport.text(result)
        let coloured = TextReport.text(result, style: TextStyle(usesColour: true))
        #expect(!plain.contains("\u{1B}"))
        #expect(coloured.contains("\u{1B}[1;31mFAILED"))
        let stripped = coloured.replacingOccurrences(of: "\u{1B}\\[[0-9;]*m", with: "", options: .regularExpression)
        #expect(stripped == plain)
    }

    @Test func aRefusalThatNoFindingExplainsIsNotCalledAFailure() {
        var result = StoryBuilder().result(proxyCode: 13)
        result.findings = []
        let text = TextReport.text(result)
        #expect(text.hasPrefix("OPEN"))
        #expect(text.contains("KDC_ERR_BADOPTION (13)"))
    }
}
