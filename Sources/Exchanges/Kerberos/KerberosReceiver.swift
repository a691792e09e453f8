import Dissectors
import Flows
import PacketModel

extension KerberosProtocol: JoinedProtocol {
    public static var receiver: any MessageReceiver.Type { KerberosReceiver.self }
}

/// Joins Kerberos messages: requests to their replies, and those to tickets, requests and sign-ons.
enum KerberosReceiver: MessageReceiver {
    static func receive(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ tracker: inout ExchangeTracker)
    {
        tracker.receive(&message, envelope)
    }

    static func flowEnded(_ summary: inout ConnectionSummary, _ tracker: inout ExchangeTracker) {
        tracker.kerberosFlowEnded(&summary)
    }
}
