import PacketModel
import ByteParsing
import CaptureFile
import Diagnosis
import Dissectors
import Exchanges

/// Everything that one run found out: what reports are made of. Lists are bounded; what did not fit
/// is counted beside them.
public struct AnalysisResult {
    /// The captures in the order given, as they stood when reading ended.
    public var captures: [CaptureDescription] = []
    /// What each observation point holds and lacks, by point.
    public var points: [CaptureFacts] = []
    /// Why captures could not be read to their end, and where decoding stopped in ways that matter.
    public var faults: [AnalysisFault] = []
    /// Faults beyond those listed.
    public var omittedFaults: UInt64 = 0
    /// The bounds that were reached, by name, and what each one cost.
    public var limits: [ReachedLimit] = []
    /// The hosts, by point and address.
    public var hosts: [HostFacts] = []
    /// The hosts' clocks, by point and address.
    public var clocks: [HostClock] = []
    /// Ticket requests: those of failed sign-ons and findings first kept, then in order of id.
    public var ticketRequests: [TicketRequest] = []
    /// Exchanges with a KDC of ticket requests that were not kept.
    public var omittedExchanges: UInt64 = 0
    /// HTTP transactions, kept by the same rule, in order of id.
    public var transactions: [HTTPTransaction] = []
    /// HTTP transactions that were not kept.
    public var omittedTransactions: UInt64 = 0
    /// Sign-ons: failed ones first, each group in order of id.
    public var signOns: [SignOn] = []
    /// Sign-ons that were not kept.
    public var omittedSignOns: UInt64 = 0
    /// How all sign-ons came out, kept or not.
    public var signOnCounts = OutcomeCounts()
    /// How all ticket requests came out, kept or not.
    public var ticketRequestCounts = OutcomeCounts()
    /// Of the ticket requests that came to what they were for, those that brought a ticket.
    public var ticketsIssued: UInt64 = 0
    /// Root causes before consequences, then severity, stage and first frame.
    public var findings: [Finding] = []
    /// What the bound of the findings cost, by rule.
    public var folds: [RuleFold] = []
    /// The names that every `NameID` above refers to.
    public var names: NameTable
    /// The protocols that were looked for.
    public var protocols: ProtocolRegistry
    /// Whether secrets came behind packets that they may open: the captures could be read only once.
    public var secretsMayComeLate = false
    /// Whether every capture was read to its end.
    public var isComplete = true

    /// Whether no bound may have hidden a failure.
    public var areFindingsComplete: Bool { !limits.contains { $0.dropped > 0 && $0.mayHideFindings } }

    /// An empty result over a name table.
    public init(names: NameTable, protocols: ProtocolRegistry = .standard) {
        self.names = names
        self.protocols = protocols
    }

    /// Messages decoded, over all points.
    public var messages: ProtocolCounts { points.reduce(into: ProtocolCounts()) { $0.add($1.messages) } }
    /// Packets read, over all captures.
    public var packets: UInt64 { captures.reduce(0) { $0 &+ $1.packets } }
}

/// How many of something came out which way.
public struct OutcomeCounts: Hashable, Sendable {
    public var succeeded: UInt64 = 0
    public var failed: UInt64 = 0
    public var unknown: UInt64 = 0

    /// No outcomes yet.
    public init() {}

    /// All of them.
    public var total: UInt64 { succeeded &+ failed &+ unknown }
}

/// Where reading or decoding stopped, and why.
public struct AnalysisFault: Hashable, Sendable {
    /// Index of the capture.
    public var capture: UInt16
    /// The frame in which it stopped; nil where it stopped between frames or before the first.
    public var frame: UInt64?
    /// Offset in octets: in the (decompressed) capture for the layer `capture`, else in that layer's
    /// message.
    public var offset: UInt64
    public var kind: FaultKind
    /// `capture`, or the name of a protocol layer.
    public var layer: String
    /// What happened and what to do about it, for a person.
    public var message: String

    /// Makes a fault.
    public init(capture: UInt16, frame: UInt64?, offset: UInt64, kind: FaultKind, layer: String, message: String) {
        self.capture = capture
        self.frame = frame
        self.offset = offset
        self.kind = kind
        self.layer = layer
        self.message = message
    }

    /// A capture that could not be read, or not to its end.
    public init(_ fault: CaptureFault, capture: UInt16) {
        self.init(
            capture: capture, frame: fault.frame == 0 ? nil : fault.frame, offset: fault.offset, kind: fault.kind,
            layer: "capture", message: fault.message)
    }
}

/// A bound that was reached.
public struct ReachedLimit: Hashable, Sendable {
    /// The bound's stable name, such as `flows` or `held_bytes`.
    public var name: String
    /// How many of that kind were dropped.
    public var dropped: UInt64
    /// Whether a failure may be missing for it. Findings beyond their bound are folded into others, which stand for
    /// them.
    public var mayHideFindings: Bool { name != "findings" }

    /// Makes an entry.
    public init(name: String, dropped: UInt64) {
        self.name = name
        self.dropped = dropped
    }
}
