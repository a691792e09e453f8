// What `explain` is asked.
import Diagnosis
import Reporting

/// The input is the words. Pages are plain, matches are in order, and each is there.
@Sendable func fuzzSearch(_ octets: [UInt8]) {
    let text = String(decoding: octets, as: UTF8.self)
    let words = text.split(separator: " ").prefix(20).map { String($0) }
    if let page = Explanation.text(for: words, style: TextStyle(width: 80)) { claimPlain(page, "a page") }
    let matches = Explain.search(text)
    claim(
        matches.count <= 12 && zip(matches, matches.dropFirst()).allSatisfy { $0.score >= $1.score },
        "matches out of order")
    claim(!matches.contains { Explain.page($0.page.id) == nil }, "a page that is not there")
}
