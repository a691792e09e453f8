import Testing
import Verification

@Suite struct VerdictReportTests {
    private let verdicts = [
        ScenarioVerdict(name: "corpus/one", state: .passed, duration: 1_500_000),
        ScenarioVerdict(name: "corpus/t&wo #2", state: .failed, differences: ["expected <a>", "found \"b\""], duration: 2_000_000),
    ]

    @Test func textTellsEachAndCounts() {
        #expect(VerdictReport.text(verdicts) == """
            ok      corpus/one
            FAILED  corpus/t&wo #2
                    expected <a>
                    found "b"
            1 passed, 1 failed

            """)
    }

    @Test func tapEscapesDirectives() {
        #expect(VerdictReport.tap(verdicts) == """
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
        #expect(text.contains(#"<failure message="expected &lt;a&gt;">expected &lt;a&gt;&#10;found &quot;b&quot;</failure>"#))
        #expect(text.hasSuffix("</testsuite>\n"))
    }
}
