import Dissectors
import Flows
import PacketModel

/// What joins the messages of one protocol to exchanges, requests and sign-ons.
///
/// It keeps nothing itself: what is open lies in the tracker, where all protocols meet.
public protocol MessageReceiver: SendableMetatype {
    associatedtype Content: MessageContent

    /// Takes a message in. It is `inout` so that it need not be copied, and is not to be changed.
    static func receive(_ message: inout Content, _ envelope: MessageEnvelope, _ tracker: inout ExchangeTracker)

    /// A flow in which the protocol was read has ended: what waits on it gets no answer.
    static func flowEnded(_ summary: inout ConnectionSummary, _ tracker: inout ExchangeTracker)
}

/// A protocol whose messages are joined: a conformance of its module in this layer, beside what joins them.
public protocol JoinedProtocol: ProtocolModule {
    /// What joins its messages.
    static var receiver: any MessageReceiver.Type { get }
}

extension MessageReceiver {
    /// The protocol.
    static var protocolID: ProtocolID { Content.protocolID }

    /// What takes messages out of the store of this protocol; nil for another's.
    static func inlet(from store: AnyMessageStore) -> MessageInlet? {
        (store as? MessageStore<Content>).map { TypedInlet<Self>($0) }
    }
}

/// A store of messages and the receiver of its protocol.
class MessageInlet {
    /// Hands a message on.
    func receive(_ index: Int, _ envelope: MessageEnvelope, _ tracker: inout ExchangeTracker) {}
}

private final class TypedInlet<Receiver: MessageReceiver>: MessageInlet {
    private let store: MessageStore<Receiver.Content>

    init(_ store: MessageStore<Receiver.Content>) { self.store = store }

    override func receive(_ index: Int, _ envelope: MessageEnvelope, _ tracker: inout ExchangeTracker) {
        Receiver.receive(&store[index], envelope, &tracker)
    }
}

/// The receivers of a run, and the stores that they receive from. One tracker serves one list of messages.
struct MessageInlets {
    /// All receivers.
    let receivers: [any MessageReceiver.Type]
    /// By store; nil where nobody joins its protocol.
    private var inlets: [MessageInlet?] = []

    init(_ protocols: ProtocolRegistry) {
        receivers = protocols.modules.compactMap { ($0 as? any JoinedProtocol.Type)?.receiver }
    }

    /// What takes messages out of a store of the list.
    mutating func inlet(_ store: Int, of messages: MessageList) -> MessageInlet? {
        while inlets.count <= store {
            let next = messages.stores[inlets.count]
            inlets.append(receivers.first { $0.protocolID == next.protocolID }?.inlet(from: next))
        }
        return inlets[store]
    }
}
