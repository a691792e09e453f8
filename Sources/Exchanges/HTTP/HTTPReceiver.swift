import Dissectors
import Flows
import PacketModel

extension HTTPProtocol: JoinedProtocol {
    public static var receiver: any MessageReceiver.Type { HTTPReceiver.self }
}

/// Joins HTTP messages: requests to their responses, and those to the tickets that they carry.
enum HTTPReceiver: MessageReceiver {
    static func receive(_ message: inout HTTPMessage, _ envelope: MessageEnvelope, _ tracker: inout ExchangeTracker) {
        tracker.receive(&message, envelope)
    }

    static func flowEnded(_ summary: inout ConnectionSummary, _ tracker: inout ExchangeTracker) {
        tracker.httpFlowEnded(&summary)
    }
}
