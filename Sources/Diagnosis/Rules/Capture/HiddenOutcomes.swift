import CaptureFile
import Exchanges

/// Sign-ons and requests whose outcome is open because the capture lacks something: only then is
/// what the capture lacks more than worth knowing.
struct HiddenOutcomes {
    /// What the capture lacks.
    enum Lack {
        case oneDirection, octets, wholePackets
    }
    private let lack: Lack
    private var points = BoundedTable<UInt16, UInt64>(maximumCount: 4096)

    init(of lack: Lack) { self.lack = lack }

    /// Open outcomes at a point.
    func count(at point: UInt16) -> UInt64 { points[point] ?? 0 }

    mutating func see(_ unit: Unit) {
        switch unit {
        case .ticketRequest(let request):
            guard request.failureSeverity == .error, !request.outcome.isGranted, let last = request.last else { return }
            if hides(request.outcome, isIncomplete: last.isIncomplete) { note(request.point) }
        case .signOn(let signOn):
            guard signOn.outcome == .unknown else { return }
            let hidden = signOn.transactions.contains { transaction in
                transaction.silence.map { hides(.unanswered($0), isIncomplete: transaction.isIncomplete) }
                    ?? (lack == .wholePackets && transaction.isIncomplete)
            }
            if hidden { note(signOn.point) }
        default: break
        }
    }

    private func hides(_ outcome: RequestOutcome, isIncomplete: Bool) -> Bool {
        switch lack {
        case .oneDirection: outcome == .unanswered(.oneSided)
        case .octets: outcome == .unanswered(.gap)
        case .wholePackets: isIncomplete
        }
    }

    private mutating func note(_ point: UInt16) { points.update(point, initial: 0) { $0 &+= 1 } }
}

extension CaptureFacts {
    /// An observation about the capture as a whole, proved by one frame where there is one.
    func observation(_ severity: Severity, at frame: FrameReference?, _ note: String, _ details: [Detail]) -> Observation {
        var observation = Observation(severity, .high, subjects: Subjects(), evidence: frame.map { [Evidence($0, nil, note)] } ?? [])
        observation.details = details
        return observation
    }
}

extension HiddenOutcomes {
    /// What is said of the outcomes that cannot be known for it.
    static func sentence(_ count: UInt64) -> String {
        switch count {
        case 0: " No sign-on's outcome depends on it."
        case 1: " The outcome of one sign-on cannot be known for it."
        default: " The outcomes of \(count) sign-ons or requests cannot be known for it."
        }
    }
}
