import CaptureFile
import Dissectors
import PacketModel
import Pipeline

/// How much was read, and how it came out.
public struct ReportCounts: Sendable, Hashable {
    /// Packets of all captures.
    public let packets: UInt64
    /// The messages of a protocol that were decoded.
    public struct Messages: Sendable, Hashable {
        /// The protocol's name in machine-readable output, and in sentences.
        public let name: String
        public let title: String
        /// How many.
        public let count: UInt64
    }
    /// Messages by protocol, of those whose number is worth a word.
    public let messages: [Messages]
    /// Sign-ons by outcome, shown or not.
    public let signOns: OutcomeCounts
    /// Ticket requests by outcome, shown or not.
    public let ticketRequests: OutcomeCounts
    /// Tickets that were issued.
    public let ticketsIssued: UInt64

    init(_ result: AnalysisResult) {
        packets = result.packets
        let all = result.messages
        messages = result.protocols.counted(in: all).map {
            Messages(name: $0.name, title: $0.title, count: all[$0.id])
        }
        signOns = result.signOnCounts
        ticketRequests = result.ticketRequestCounts
        ticketsIssued = result.ticketsIssued
    }

    /// `9 Kerberos messages, 2 HTTP messages.`
    public var messageSentence: String {
        messages.map { Wording.count($0.count, "\($0.title) message") }.joined(separator: ", ") + "."
    }
}

/// A capture that holds packets.
public struct ReportedCapture: Sendable {
    /// As it was named.
    public let name: String
    /// Packets and times in words: `12 packets, 2026-11-21 09:12:33 UTC, 4.0 s`.
    public let summary: String

    init(_ capture: CaptureDescription) {
        name = capture.name
        var parts = [Wording.count(capture.packets, "packet")]
        if let first = capture.firstTime, let last = capture.lastTime {
            let start = CivilTime(first)
            let length = DurationText.text(nanoseconds: last.nanoseconds(since: first))
            parts.append("\(start.dateText) \(start.secondsText) UTC, \(length)")
        }
        summary = parts.joined(separator: ", ")
    }
}
