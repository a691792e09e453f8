// What `verify` reads and writes.
import Verification

/// The input is an `expect.json`. What is read as JSON is JSON; what an expectation says, it says again when written.
@Sendable func fuzzExpectations(_ octets: [UInt8]) {
    let judged = StrictJSON.judge(octets)
    let value = try? JSONValue.parse(octets)
    if String(validating: octets, as: UTF8.self) != nil {
        if value != nil { claim(judged != nil, "read, but not JSON") }
        if let judged, judged.depth < 32, !judged.hasUnusualNumber {
            do throws(JSONValue.Fault) {
                _ = try JSONValue.parse(octets)
            } catch {
                claim(
                    error.message.hasSuffix("stands twice"), "JSON, but not read: line \(error.line): \(error.message)")
            }
        }
    }
    var words: [String] = []
    if let value { gather(value, &words) }
    // Names come from folders and captures, which hold anything.
    let name = words.first ?? String(decoding: octets.prefix(100), as: UTF8.self)
    let verdict = ScenarioVerdict(name: name, state: .failed, differences: Array(words.prefix(9)), duration: 1)
    claimJSON(ExpectationWriter.document([verdict]), "the verdicts")
    guard let expectation = try? Expectation(octets) else { return }
    let written = ExpectationWriter.text(expectation)
    claimJSON(written, "the expectation")
    claimSame(try? Expectation(written), expectation, "an expectation is read otherwise than written")
}

private func gather(_ value: JSONValue, _ words: inout [String]) {
    switch value {
    case .string(let text): words.append(text)
    case .array(let elements): for element in elements { gather(element, &words) }
    case .object(let members):
        for member in members {
            words.append(member.key)
            gather(member.value, &words)
        }
    case .null, .bool, .number: break
    }
}
