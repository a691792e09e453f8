import Testing
import Verification

@Suite struct ExpectationTests {
    private func read(_ text: String) throws -> Verification.Expectation {
        try Verification.Expectation(Array(text.utf8))
    }

    @Test func readsEveryPart() throws {
        let expectation = try read(
            """
            { "schema_version": 1, "first_finding": ["spn-unknown", "delegation-denied"],
              "findings": [ { "id": "delegation-denied", "severity": "error", "frames": [28, 30], "count": 2 } ],
              "absent": ["clock-skew"],
              "sign_ons": [ { "user": "alice@CORP.EXAMPLE", "service": "http/app", "outcome": "failed" } ],
              "messages": { "kerberos": 10, "http": 0 } }
            """)
        #expect(expectation.first == .oneOf(["spn-unknown", "delegation-denied"]))
        #expect(expectation.findings.count == 1)
        #expect(expectation.findings[0].frames == [28, 30])
        #expect(expectation.findings[0].count == 2)
        #expect(expectation.absent == ["clock-skew"])
        #expect(expectation.signOns[0].outcome == "failed")
        #expect(expectation.messages == ["kerberos": 10, "http": 0])
    }

    /// What is written is what is read: an update that changes nothing leaves the file alone.
    @Test func whatIsWrittenIsReadBack() throws {
        let texts = [
            #"{ "schema_version": 1 }"#,
            #"{ "schema_version": 1, "first_finding": null }"#,
            #"{ "schema_version": 1, "first_finding": "clock-skew", "absent": ["spn-unknown", "user-unknown"] }"#,
            #"{ "schema_version": 1, "findings": [{ "id": "clock-skew", "frames": [1] }, "#
                + #"{ "id": "weak-encryption", "severity": "info" }] }"#,
            #"{ "schema_version": 1, "sign_ons": [{ "user": "\"quoted\\ name\"@R" }, { "outcome": "unknown" }], "#
                + #""messages": { "http": 3 } }"#,
        ]
        for text in texts {
            let expectation = try read(text)
            let again = try Verification.Expectation(ExpectationWriter.text(expectation))
            #expect(again == expectation, "\(text)")
        }
    }

    /// A slip in an expectation must be told: else it would never fail.
    @Test(arguments: [
        (#"{ "first_finding": null }"#, "schema_version"),
        (#"{ "schema_version": 2 }"#, "schema_version"),
        (#"{ "schema_version": 1, "first_findings": null }"#, "first_findings"),
        (#"{ "schema_version": 1, "absent": ["delegation-deneid"] }"#, "delegation-deneid"),
        (#"{ "schema_version": 1, "first_finding": 13 }"#, "id"),
        (#"{ "schema_version": 1, "findings": [{ "severity": "error" }] }"#, "id"),
        (#"{ "schema_version": 1, "findings": [{ "id": "clock-skew", "severity": "fatal" }] }"#, "severity"),
        (#"{ "schema_version": 1, "findings": [{ "id": "clock-skew", "frames": [0] }] }"#, "frame"),
        (#"{ "schema_version": 1, "findings": [{ "id": "clock-skew", "frame": [1] }] }"#, "frame"),
        (#"{ "schema_version": 1, "sign_ons": [{ "outcome": "ok" }] }"#, "outcome"),
        (#"{ "schema_version": 1, "messages": { "dns": 1 } }"#, "messages"),
        (#"[]"#, "object"),
        (#"{ "schema_version": 1, }"#, "name"),
        (#"{ "schema_version": 1 } x"#, "follows"),
        (#"{ "schema_version": 1.0 }"#, "whole number"),
        (#"{ "schema_version": 01 }"#, "begins with a zero"),
        (#"{ "schema_version": 1, "absent": ["\u+041"] }"#, "four hexadecimal digits"),
        (#"{ "schema_version": 1, "absent": ["\u-041"] }"#, "four hexadecimal digits"),
        (#"{ "schema_version": 1, "schema_version": 1 }"#, "twice"),
    ])
    func refusesSlips(_ text: String, _ word: String) {
        var message: String?
        do { _ = try Verification.Expectation(Array(text.utf8)) } catch { message = error.message }
        #expect(message?.contains(word) == true, "\(message ?? "it was taken")")
    }

    @Test func faultsNameTheirLine() {
        var line: Int?
        do { _ = try Verification.Expectation(Array("{\n \"schema_version\": 1,\n oops }".utf8)) } catch {
            line = error.line
        }
        #expect(line == 3)
    }

    @Test func deepNestingIsRefused() {
        let text = String(repeating: "[", count: 100_000)
        var message: String?
        do { _ = try JSONValue.parse(Array(text.utf8)) } catch { message = error.message }
        #expect(message == "nested too deep")
    }

    /// Each member costs the same, however many stand before it.
    @Test func manyMembersAreReadOneByOne() throws {
        let members = (0..<60_000).map { "\"\($0)\":0" }.joined(separator: ",")
        let value = try JSONValue.parse(Array("{\(members)}".utf8))
        #expect(value["59999"]?.integer == 0)
    }

    @Test func stringsAreUnescaped() throws {
        let value = try JSONValue.parse(Array(#""a\n\u00e9\ud83d\ude00\/""#.utf8))
        #expect(value.text == "a\né😀/")
    }
}
