import Diagnosis

/// A possible cause of a finding, and what to do about it.
public struct ReportedCause: Sendable {
    /// Names the cause within its kind of finding.
    public let id: String
    /// Its rank, from 1.
    public let number: Int
    /// The cause, one sentence.
    public let text: String
    /// Everything to do about it, in order.
    public let steps: [Step]
    /// The steps that no earlier cause has: the others need not be shown again.
    public let newSteps: [Step]
    /// Which causes have the other steps: a sentence; nil where `newSteps` are all.
    public let pointer: String?

    /// A step of a remedy.
    public struct Step: Sendable, Hashable {
        /// Where it is done: `domain controller`.
        public let location: String
        /// What to do.
        public let text: String
        /// Ready to paste, one or more lines; nil where the step is not a command.
        public let command: String?
    }

    /// The causes in their order.
    static func all(_ causes: [FindingText.CauseText]) -> [ReportedCause] {
        var firstCause: [String: Int] = [:]
        return causes.enumerated().map { index, cause in
            let steps = cause.fixes.map { Step(location: $0.place.name, text: $0.text, command: $0.command) }
            var newSteps: [Step] = []
            var earlier: [Int] = []
            for step in steps {
                // The same is done wherever it is done: the location does not make it another step.
                let key = step.text + "\n" + (step.command ?? "")
                if let number = firstCause[key] {
                    if !earlier.contains(number) { earlier.append(number) }
                } else {
                    firstCause[key] = index + 1
                    newSteps.append(step)
                }
            }
            let numbers = earlier.map { "\($0)" }.joined(separator: " and ")
            return ReportedCause(
                id: cause.id, number: index + 1, text: cause.text, steps: steps, newSteps: newSteps,
                pointer: earlier.isEmpty ? nil : "The remaining steps are those of \(numbers).")
        }
    }
}
