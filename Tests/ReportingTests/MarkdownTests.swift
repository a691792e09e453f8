import CaptureFile
import Dissectors
import Foundation
import Pipeline
import Reporting
import Testing

/// Markdown says what the text says, and nothing captured becomes a link or a mention in it.
@Suite struct MarkdownTests {
    /// What is read of a page: without marks, code as it is.
    private static func visible(_ page: String) -> String {
        var out = ""
        var fence = 0
        var run = 0
        var isEscaped = false
        for character in page {
            if character == "`", !isEscaped {
                run += 1
                continue
            }
            if run > 0 {
                if fence == 0 {
                    fence = run
                } else if fence == run {
                    fence = 0
                } else {
                    out += String(repeating: "`", count: run)
                }
                run = 0
            }
            if character == "\\", !isEscaped {
                // A mark is escaped in prose, and a bar in a cell even within code.
                isEscaped = true
                continue
            }
            if isEscaped, fence > 0, character != "|" { out += "\\" }
            isEscaped = false
            out.append(character)
        }
        return out
    }

    private static func words(_ text: String) -> Set<String> {
        Set(
            text.split { " \n|*".contains($0) }.map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: "-.,:;()[]#!"))
            }.filter { !$0.isEmpty })
    }

    private static func result(_ name: String) -> AnalysisResult {
        switch name {
        case "refused": return StoryBuilder().result(proxyCode: 13, status: 0xC000_0225)
        case "healthy": return StoryBuilder().result()
        case "unauthorized": return StoryBuilder().result(httpStatus: 401)
        case "crowd": return CrowdReportTests.crowd(300)
        case "two captures":
            var result = StoryBuilder().result(proxyCode: 13)
            result.captures.append(CaptureDescription(name: "other.pcap", format: "pcap"))
            result.captures[1].packets = 3
            return result
        case "partly read":
            var result = StoryBuilder().result(proxyCode: 13)
            result.isComplete = false
            result.omittedFaults = 3
            result.faults = [
                AnalysisFault(
                    CaptureFault(kind: .truncated, offset: 4096, frame: 6, message: "ends in the middle of a record"),
                    capture: 0)
            ]
            return result
        default: return AnalysisResult(names: NameTable())
        }
    }

    /// Every word of the text stands in the Markdown.
    @Test(arguments: ["refused", "healthy", "unauthorized", "crowd", "two captures", "partly read", "nothing"])
    func saysWhatTheTextSays(_ name: String) {
        let result = Self.result(name)
        for detail in [ReportDetail.quiet, .normal, .verbose] {
            // The ladder is cut to the width: here it need not be.
            let text = TextReport.text(result, style: TextStyle(width: 1000), detail: detail)
            let missing = Self.words(text.lowercased()).subtracting(
                Self.words(Self.visible(MarkdownReport.text(result, detail: detail)).lowercased()))
            // Each finding has a heading of its own there.
            #expect(missing.subtracting(["findings"]).isEmpty, "\(detail)")
        }
    }

    @Test func framesNameTheirCapture() {
        let page = MarkdownReport.text(Self.result("two captures"))
        #expect(page.contains("frames connector.pcapng:5, connector.pcapng:6\n"))
        #expect(MarkdownReport.text(Self.result("refused")).contains("frames 5, 6\n"))
    }

    /// What GitHub Flavored Markdown and those who look for mentions behind it would take for a link.
    private static let links = try? NSRegularExpression(
        pattern:
            """
            (?i)(https?|ftp)\\\\?://|www\\\\?\\.|[^\\s`]\\\\?@|\\\\?@[a-z0-9]|#[0-9]|mailto\\\\?:|xmpp\\\\?:|gh-\
            [0-9]|![0-9]|~[a-z]
            """
    )

    private static let hostile = [
        "https://evil.example/login", "HTTP://evil.example", "ftp://evil.example/x", "(https://evil.example)",
        "www.evil.example", "WWW.evil.example,",
        "a@evil.example", "@corp-admins", "@corp/admins", "x@y", "#123", "corp/app#123", "GH-12", "gh-12", "!12",
        "~bug", "mailto:a@evil.example",
        "xmpp:a@evil.example/x", "a`b@c", "``@x``", "`@x`", "@x|y", "a|https://evil.example|b",
        "https://evil.example/`x`", "[x](https://evil.example)",
        "see https://evil.example now", "\"@x\"", "@x.", "\\@x", "a\\`@x", "1. @x", "- @x", "<https://evil.example>",
        "&commat;x", "x:/y",
    ]

    @Test(arguments: hostile)
    func nothingCapturedBecomesALink(_ name: String) throws {
        let result = StoryBuilder().result(
            user: name, service: "http/" + name, capture: name, target: "/" + name, httpStatus: 401)
        let refused = StoryBuilder().result(user: name, service: name, capture: name, proxyCode: 13)
        for result in [result, refused] {
            let page = MarkdownReport.text(result, detail: .verbose)
            for line in Self.withoutCode(page).split(separator: "\n") {
                let range = NSRange(line.startIndex..., in: line)
                let links = try #require(Self.links).numberOfMatches(in: String(line), range: range)
                #expect(links == 0, "\(line)")
            }
            #expect(Self.visible(page).contains(name))
        }
    }

    /// The page without its code, by CommonMark's rule: a span ends at a run of backquotes as long as the one that
    /// began it.
    private static func withoutCode(_ page: String) -> String {
        var out = ""
        // Code blocks stand on lines of their own, between fences.
        var isBlock = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.trimmingCharacters(in: .whitespaces).hasPrefix("```"),
                line.filter({ $0 == "`" }).count == line.filter({ $0 != " " }).count
            {
                isBlock.toggle()
                continue
            }
            if isBlock { continue }
            let characters = Array(line)
            var place = 0
            while place < characters.count {
                if characters[place] == "\\", place + 1 < characters.count {
                    out += String(characters[place...(place + 1)])
                    place += 2
                    continue
                }
                guard characters[place] == "`" else {
                    out.append(characters[place])
                    place += 1
                    continue
                }
                let start = place
                while place < characters.count, characters[place] == "`" { place += 1 }
                let length = place - start
                var end = place
                while end < characters.count {
                    var run = end
                    while run < characters.count, characters[run] == "`" { run += 1 }
                    if run - end == length { break }
                    end = max(run, end + 1)
                }
                if end < characters.count { place = end + length }
            }
            out += "\n"
        }
        return out
    }
}
