import Exchanges
import PacketModel

/// Sign-ons and requests whose outcome is open because the capture lacks something: only then is
/// what the capture lacks more than worth knowing.
public final class HiddenOutcomes: TicketRequestKnowledge, SignOnKnowledge {
    /// What the capture lacks.
    enum Lack: Int, CaseIterable {
        case oneDirection, octets, wholePackets
    }
    private var counts = [UInt64](repeating: 0, count: Lack.allCases.count)

    /// Has seen no outcome.
    public init() {}

    public func learn(ticketRequest request: TicketRequest, _ context: RuleContext) {
        // A log-on whose reply is missing hides nothing where its ticket is used later on.
        guard request.isForUser, case .unanswered = request.outcome, let last = request.last else { return }
        for lack in Lack.allCases where Self.hides(request.outcome, isIncomplete: last.isIncomplete, lack) {
            counts[lack.rawValue] &+= 1
        }
    }

    public func learn(signOn: SignOn, _ context: RuleContext) {
        guard signOn.outcome == .unknown else { return }
        for lack in Lack.allCases {
            let isHidden = signOn.transactions.contains { transaction in
                transaction.silence.map {
                    Self.hides(.unanswered($0), isIncomplete: transaction.isIncomplete, lack)
                } ?? (lack == .wholePackets && transaction.isIncomplete)
            }
            if isHidden { counts[lack.rawValue] &+= 1 }
        }
    }

    private static func hides(_ outcome: RequestOutcome, isIncomplete: Bool, _ lack: Lack) -> Bool {
        switch lack {
        case .oneDirection: outcome == .unanswered(.oneSided)
        case .octets: outcome == .unanswered(.gap)
        case .wholePackets: isIncomplete
        }
    }

    /// An observation about what the capture lacks: a warning where outcomes cannot be known for it.
    func observation(of lack: Lack, at frame: FrameReference?, _ note: String, _ details: [Detail]) -> Observation {
        let count = counts[lack.rawValue]
        return Observation(
            ofCapture: count > 0 ? .warning : .info, at: frame, note,
            details + [Detail("hidden_text", Self.sentence(count))])
    }

    /// What is said of the outcomes that cannot be known for it.
    private static func sentence(_ count: UInt64) -> String {
        switch count {
        case 0: " No sign-on's outcome depends on it."
        case 1: " The outcome of one sign-on cannot be known for it."
        default: " The outcomes of \(count) sign-ons or requests cannot be known for it."
        }
    }
}

extension RuleContext {
    /// Outcomes that are open because the capture lacks something.
    public var hiddenOutcomes: HiddenOutcomes { knowledge(HiddenOutcomes.self) }
}
