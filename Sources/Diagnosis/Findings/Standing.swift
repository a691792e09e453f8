import PacketModel
import Dissectors
import Exchanges
import Flows

/// What stands behind a finding besides the word of who sent it: anybody can send a packet past the capture, but
/// few can have it answered, and fewer have a ticket issued for it. It decides who gives way where not all findings
/// can be kept, and which failure a report speaks of first; it is no severity.
public enum Standing: UInt8, Sendable, Hashable, Comparable, CaseIterable, BitwiseCopyable {
    /// Only one side was heard.
    case claimed
    /// The other side answered.
    case answered
    /// A ticket that was seen issued, or the answer of a backend, stands behind it; or the user named the host.
    case proven

    public static func < (left: Standing, right: Standing) -> Bool { left.rawValue < right.rawValue }

    /// What stands behind what a rule observes in a unit.
    init(of unit: Unit) {
        switch unit {
        case .ticketRequest(let request): self.init(of: request)
        case .transaction(let transaction): self.init(of: transaction)
        case .signOn(let signOn): self.init(of: signOn)
        case .connection(let connection):
            self = connection.client.packets > 0 && connection.server.packets > 0 ? .answered : .claimed
        case .clocks, .capture: self = .answered
        }
    }

    /// What stands behind an HTTP transaction.
    public init(of transaction: HTTPTransaction) { self = transaction.responseFrame == nil ? .claimed : .answered }

    /// What stands behind a ticket request: one that is paid with a ticket whose issue was seen is its owner's.
    public init(of request: TicketRequest) {
        if case .unanswered = request.outcome {
            self = .claimed
        } else {
            self = request.outcome.isGranted || request.parent != nil || request.evidence != nil ? .proven : .answered
        }
    }

    /// What stands behind a sign-on: the most of what stands behind any of its steps.
    public init(of signOn: SignOn) {
        self = .claimed
        for step in signOn.steps {
            switch step.body {
            case .kerberos(let request): self = max(self, Standing(of: request))
            case .http(let transaction): if transaction.responseFrame != nil { self = .proven }
            case nil: break
            }
        }
    }
}
