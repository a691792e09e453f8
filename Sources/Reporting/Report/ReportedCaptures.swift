import CaptureFile
import Pipeline

/// How much was read, and how it came out.
public struct ReportCounts: Sendable, Hashable {
    /// Packets of all captures.
    public let packets: UInt64
    /// Kerberos messages that were decoded.
    public let kerberosMessages: UInt64
    /// HTTP messages that were decoded.
    public let httpMessages: UInt64
    /// Sign-ons by outcome, shown or not.
    public let signOns: OutcomeCounts
    /// Ticket requests by outcome, shown or not.
    public let ticketRequests: OutcomeCounts
    /// Tickets that were issued.
    public let ticketsIssued: UInt64

    init(_ result: AnalysisResult) {
        packets = result.packets
        kerberosMessages = result.kerberosMessages
        httpMessages = result.httpMessages
        signOns = result.signOnCounts
        ticketRequests = result.ticketRequestCounts
        ticketsIssued = result.ticketsIssued
    }

    /// `9 Kerberos messages, 2 HTTP messages.`
    public var messages: String {
        "\(Wording.count(kerberosMessages, "Kerberos message")), \(Wording.count(httpMessages, "HTTP message"))."
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
            let length = Wording.duration(nanoseconds: last.nanoseconds(since: first))
            parts.append("\(start.dateText) \(start.secondsText) UTC, \(length)")
        }
        summary = parts.joined(separator: ", ")
    }
}
