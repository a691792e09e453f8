import Diagnosis
import Dissectors
import Exchanges
import Pipeline

extension AnalysisResult {
    /// The findings that speak of a sign-on, by index and in their order: those whose evidence lies
    /// in one of its steps, and those about the same user and service.
    public func findings(of signOn: SignOn) -> [Int] {
        findings.indices.filter { index in
            let finding = findings[index]
            let subjects = finding.subjects
            if contradicts(subjects.user, signOn.user.name) || contradicts(subjects.service, signOn.service.name) {
                return false
            }
            if finding.evidence.contains(where: { signOn.holds($0) }) { return true }
            // Beyond the frames that a finding keeps, its subjects speak for it.
            return subjects.user.isPresent && subjects.user == signOn.user.name
                && subjects.service.isPresent && subjects.service == signOn.service.name
                && subjects.connector == signOn.connector && finding.omittedEvidence > 0
        }
    }

    /// The finding that explains why a sign-on failed: its first one that is no consequence and no
    /// mere remark.
    public func rootCause(of signOn: SignOn) -> Int? {
        let candidates = findings(of: signOn).filter { findings[$0].severity >= .warning }
        return candidates.first { findings[$0].consequenceOf == nil } ?? candidates.first
    }

    private func contradicts(_ one: NameID, _ other: NameID) -> Bool {
        one.isPresent && other.isPresent && one != other
    }
}

extension SignOn {
    /// Whether a frame of evidence lies within one of the steps.
    fileprivate func holds(_ evidence: Evidence) -> Bool {
        steps.contains { step in
            switch step.body {
            case .kerberos(let request): request.attempts.contains { $0.holds(evidence) }
            case .http(let transaction):
                [transaction.requestFrame, transaction.responseFrame, transaction.endFrame].contains(evidence.frame)
            }
        }
    }
}

extension KerberosExchange {
    fileprivate func holds(_ evidence: Evidence) -> Bool {
        [requestFrame, replyFrame, lastRequestFrame, endFrame].contains(evidence.frame)
    }
}
