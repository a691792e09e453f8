import Exchanges

/// Sign-ons and requests whose outcome is open because the capture lacks something: only then is
/// what the capture lacks more than worth knowing.
struct HiddenOutcomes {
    /// What the capture lacks.
    enum Lack {
        case oneDirection, octets, wholePackets
    }
    private let lack: Lack
    /// Open outcomes.
    private(set) var count: UInt64 = 0

    init(of lack: Lack) { self.lack = lack }

    mutating func see(_ unit: Unit) {
        switch unit {
        case .ticketRequest(let request):
            // A log-on whose reply is missing hides nothing where its ticket is used later on.
            guard request.isForUser, !request.outcome.isGranted, let last = request.last else { return }
            if case .unanswered = request.outcome, hides(request.outcome, isIncomplete: last.isIncomplete) {
                count &+= 1
            }
        case .signOn(let signOn):
            guard signOn.outcome == .unknown else { return }
            let hidden = signOn.transactions.contains { transaction in
                transaction.silence.map { hides(.unanswered($0), isIncomplete: transaction.isIncomplete) }
                    ?? (lack == .wholePackets && transaction.isIncomplete)
            }
            if hidden { count &+= 1 }
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

    /// What is said of the outcomes that cannot be known for it.
    var sentence: String {
        switch count {
        case 0: " No sign-on's outcome depends on it."
        case 1: " The outcome of one sign-on cannot be known for it."
        default: " The outcomes of \(count) sign-ons or requests cannot be known for it."
        }
    }
}
