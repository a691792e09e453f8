import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// Which findings concern which sign-ons.
struct FindingLinks {
    private let findings: [Finding]
    private var byFrame: [FrameReference: [Int]] = [:]
    private var byOccasion: [UInt64: [Int]] = [:]

    /// The links of a result's findings.
    init(_ result: AnalysisResult) {
        findings = result.findings
        for (index, finding) in findings.enumerated() {
            for evidence in finding.evidence where byFrame[evidence.frame]?.last != index {
                byFrame[evidence.frame, default: []].append(index)
            }
            for occasion in finding.occasions { byOccasion[occasion, default: []].append(index) }
        }
    }

    /// The findings that concern a sign-on, by number and in their order: those that name it, and those with
    /// evidence in one of its steps that are not about someone else.
    func findings(of signOn: SignOn) -> [Int] {
        var found = Set(byOccasion[signOn.id] ?? [])
        for step in signOn.steps {
            for frame in step.frames { found.formUnion(byFrame[frame] ?? []) }
        }
        return found.sorted().filter { index in
            let subjects = findings[index].subjects
            return findings[index].occasions.contains(signOn.id)
                || !contradicts(subjects.user, signOn.user.name) && !contradicts(subjects.service, signOn.service.name)
        }
    }

    /// The number of the finding that explains why a sign-on failed: its first one that is no consequence of another,
    /// and no mere remark.
    func rootCause(of signOn: SignOn) -> Int? {
        let candidates = findings(of: signOn).filter { findings[$0].severity >= .warning }
        return candidates.first { findings[$0].consequenceOf == nil } ?? candidates.first
    }

    private func contradicts(_ one: NameID, _ other: NameID) -> Bool {
        one.isPresent && other.isPresent && one != other
    }
}

extension SignOnStep {
    /// Every frame in which something of the step happened.
    fileprivate var frames: [FrameReference] {
        switch body {
        case .kerberos(let request):
            request.attempts.flatMap {
                [$0.requestFrame, $0.replyFrame, $0.lastRequestFrame, $0.endFrame].compactMap(\.self)
            }
        case .http(let transaction):
            [transaction.requestFrame, transaction.responseFrame, transaction.endFrame].compactMap(\.self)
        case nil: []
        }
    }
}
