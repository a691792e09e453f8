import Diagnosis

/// A cause as it is told after others: a step that one of them has already told is only pointed to.
struct ToldCause {
    /// Counts from 1.
    let number: Int
    let text: String
    /// The steps that no earlier cause has told.
    let fixes: [FindingText.FixText]
    /// Where the others stand; nil where there are none.
    let pointer: String?

    /// The causes in their order.
    static func all(_ causes: [FindingText.CauseText]) -> [ToldCause] {
        var told: [String: Int] = [:]
        return causes.enumerated().map { place, cause in
            var fixes: [FindingText.FixText] = []
            var again: [Int] = []
            for fix in cause.fixes {
                let step = fix.text + "\n" + (fix.command ?? "")
                if let earlier = told[step] {
                    if !again.contains(earlier) { again.append(earlier) }
                } else {
                    told[step] = place + 1
                    fixes.append(fix)
                }
            }
            let pointer =
                again.isEmpty
                ? nil : "The remaining steps are those of \(again.map { "\($0)" }.joined(separator: " and "))."
            return ToldCause(number: place + 1, text: cause.text, fixes: fixes, pointer: pointer)
        }
    }
}
