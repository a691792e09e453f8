import Testing
import Verification

@Suite struct VerdictReportTests {
    private let verdicts = [
        ScenarioVerdict(name: "corpus/one", state: .passed, duration: 1_500_000),
        ScenarioVerdict(
            name: "corpus/t&wo #2", state: .failed, differences: ["expected <a>", "found \"b\""], duration: 2_000_000),
    ]

    @Test func textTellsEachAndCounts() {
        #expect(
            VerdictReport.text(verdicts) == """
                ok      corpus/one
                FAILED  corpus/t&wo #2
                        expected <a>
                        found "b"
                1 passed, 1 failed

                """)
    }

    @Test func tapEscapesDirectives() {
        #expect(
            VerdictReport.tap(verdicts) == """
                TAP version 14
                1..2
                ok 1 - corpus/one
                not ok 2 - corpus/t&wo \\#2
                # expected <a>
                # found "b"

                """)
    }

    @Test func junitIsEscaped() {
        let text = VerdictReport.junit(verdicts)
        #expect(text.contains(#"<testsuite name="kcdtrace" tests="2" failures="1""#))
        #expect(text.contains(#"name="corpus/t&amp;wo #2" time="0.002">"#))
        #expect(
            text.contains(
                #"<failure message="expected &lt;a&gt;">expected &lt;a&gt;&#10;found &quot;b&quot;</failure>"#))
        #expect(text.hasSuffix("</testsuite>\n"))
    }

    /// What Unicode sets apart to be no character, for which a literal is refused.
    private static func noCharacter(_ value: UInt32) -> String { Unicode.Scalar(value).map { String($0) } ?? "" }

    /// Names and differences hold what captures and file systems hold. Every form stays a document of its kind.
    @Test(
        arguments: [
            ("\n", "\\x0a"), ("\r\n", "\\x0d\\x0a"), ("\u{0}", "\\x00"), ("\u{1B}[2J", "\\x1b[2J"), ("\u{7F}", "\\x7f"),
            ("\u{85}", "\\u{85}"),
            ("\u{2028}", "\\u{2028}"), ("\u{202E}", "\\u{202e}"), ("\u{FEFF}", "\\u{feff}"),
            (Self.noCharacter(0xFFFE), "\\u{fffe}"),
            (Self.noCharacter(0xFFFF), "\\u{ffff}"), (Self.noCharacter(0xFDD0), "\\u{fdd0}"),
            ("\u{E0041}", "\\u{e0041}"), ("\u{1F600}", "\u{1F600}"), ("é", "é"),
        ] as [(String, String)])
    func hostileNamesAreEscaped(_ text: String, _ shown: String) {
        let verdicts = [ScenarioVerdict(name: "a\(text)b", state: .failed, differences: ["c\(text)d"])]
        #expect(VerdictReport.text(verdicts) == "FAILED  a\(shown)b\n        c\(shown)d\n0 passed, 1 failed\n")
        let twice = shown.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
        #expect(VerdictReport.tap(verdicts) == "TAP version 14\n1..1\nnot ok 1 - a\(twice)b\n# c\(shown)d\n")
        let junit = VerdictReport.junit(verdicts)
        #expect(junit.contains("name=\"a\(shown)b\"") && junit.contains("message=\"c\(shown)d\">c\(shown)d</failure>"))
    }

    /// A sign that a combining mark makes part of another character is still a sign to whoever reads octets.
    @Test func tapEscapesSignsUnderMarks() {
        let verdicts = [ScenarioVerdict(name: "a #\u{301} TODO \\\u{20E3}", state: .passed)]
        #expect(VerdictReport.tap(verdicts).hasSuffix("ok 1 - a \\#\u{301} TODO \\\\\u{20E3}\n"))
    }
}
