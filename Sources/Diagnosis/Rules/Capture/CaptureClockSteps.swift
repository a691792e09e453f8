import Exchanges
import PacketModel

/// The capture's clock went backwards.
final class CaptureClockSteps: Rule {
    static let documentation = RuleDocumentation(
        slug: "capture-clock-steps",
        title: "The capture's clock stepped back by up to {step}",
        stage: .capture,
        severity: .info,
        meaning: """
            Packet times go backwards {times}, by up to {step}: the capturing machine's clock was set while it \
            captured, or files were joined out of order. Durations and clock offsets across such a step are not \
            to be trusted.
            """,
        evidence: "A packet whose time is more than a second before that of a packet recorded earlier.",
        causes: [
            DocumentedCause(
                "clock-set", "The clock was synchronised during the capture.",
                fixes: [
                    DocumentedFix("Synchronise it first, then capture.", command: "w32tm /resync", on: .connector)
                ]),
            DocumentedCause(
                "joined", "Several captures were joined without sorting by time.",
                fixes: [
                    DocumentedFix(
                        "Give the files separately, or join them by time.",
                        command: "mergecap -w joined.pcapng first.pcapng second.pcapng", on: .capture)
                ]),
        ])

    static let keyedBy: SubjectParts = []

    // What a capture holds is known at its end.
    func finish(_ context: RuleContext) {
        let facts = context.captureTotals
        guard facts.clockSteps > 0 else { return }
        context.report(
            Observation(
                ofCapture: .info, at: facts.clockStepFrame, "the clock went back",
                [
                    Detail("step", DurationText.text(nanoseconds: facts.clockStepBack)),
                    Detail("times", facts.clockSteps == 1 ? "once" : "\(facts.clockSteps) times"),
                ]))
    }
}
