/// The bounds and patience of reconstruction, all on capture time, in nanoseconds.
public struct ExchangeSettings: Sendable {
    /// Requests without a reply in memory.
    public var maximumPending = 8_192
    /// Ticket requests and sign-ons in memory.
    public var maximumTicketRequests = 8_192
    public var maximumSignOns = 4_096
    /// Tickets remembered by their digest.
    public var maximumTickets = 65_536
    /// HTTP transactions in flight or waiting for what follows them.
    public var maximumTransactions = 8_192
    /// How long a reply may take before the request counts as unanswered.
    public var replyPatienceNanoseconds: Int64 = 30_000_000_000
    /// How long another attempt may take to follow a refusal.
    public var retryPatienceNanoseconds: Int64 = 15_000_000_000
    /// How long a sign-on waits for its next step; and after the backend accepted it.
    public var signOnPatienceNanoseconds: Int64 = 60_000_000_000
    public var signOnLingerNanoseconds: Int64 = 2_000_000_000
    /// How long the capture must run on after a step for the absence of the next to mean something.
    public var meaningfulSilenceNanoseconds: Int64 = 3_000_000_000

    /// The usual bounds.
    public init() {}
}

/// What was dropped for a bound while reconstructing.
public struct ExchangeCounters: Sendable, Equatable {
    public var droppedPending: UInt64 = 0
    public var droppedTicketRequests: UInt64 = 0
    public var droppedSignOns: UInt64 = 0
    public var forgottenTickets: UInt64 = 0
    public var droppedTransactions: UInt64 = 0
    /// Hosts, and clocks of hosts, that made room for others.
    public var forgottenHosts: UInt64 = 0
    public var forgottenClocks: UInt64 = 0

    /// Nothing dropped.
    public init() {}
}
