/// The bounds of flow tracking. Every one is met by dropping and counting, never by growing.
public struct FlowSettings: Sendable {
    /// Flows in memory at once. Where there are more, those that nobody has answered are given up first.
    public var maximumFlows = 65_536
    /// Octets of one direction held while waiting for a hole to be filled.
    public var maximumHeldBytesPerSide = 256 << 10
    /// Segments of one direction held while waiting.
    public var maximumHeldSegmentsPerSide = 256
    /// Octets of memory held in all for what is out of order or unfinished.
    public var maximumHeldBytes = 16 << 20
    /// Flows that are being read at once; the others are only counted.
    public var maximumStreams = 16_384
    /// Octets of one unfinished message.
    public var maximumMessageBytes = 1 << 20
    /// Datagrams being put together from fragments, and octets held for them.
    public var maximumFragmentedDatagrams = 256
    public var maximumFragmentBytes = 4 << 20
    /// How long a hole may stay open before what follows is read without it, in nanoseconds.
    public var holePatienceNanoseconds: Int64 = 5_000_000_000
    /// How long a segment waits for the octets that it acknowledges where it was captured before them,
    /// in nanoseconds.
    public var reorderPatienceNanoseconds: Int64 = 100_000_000
    /// How long an idle flow stays: TCP that carries messages, other TCP, UDP that carries messages, other UDP, ended
    /// flows.
    public var idleMessageFlowNanoseconds: Int64 = 600_000_000_000
    public var idleFlowNanoseconds: Int64 = 300_000_000_000
    public var idleDatagramFlowNanoseconds: Int64 = 60_000_000_000
    /// An ICMP error comes at once, and of this flow nothing else would be told: name lookups are the most numerous of
    /// all flows.
    public var idleUnreadDatagramFlowNanoseconds: Int64 = 2_000_000_000
    public var lingerEndedNanoseconds: Int64 = 15_000_000_000
    /// Ended flows that stay for so long, for what still comes of them; the first that ended go first.
    public var maximumLingering = 1_024
    /// How long fragments wait for the rest.
    public var fragmentPatienceNanoseconds: Int64 = 30_000_000_000
    /// Segments of a flow caught in the middle that are offered to the dissectors.
    public var maximumProbes: UInt16 = 64
    /// The seed of the flow hash; nil: at random.
    public var seed: UInt64?

    /// The usual bounds.
    public init() {}
}

/// What was dropped or met while tracking flows, for the report of limits and faults.
public struct FlowCounters: Sendable, Equatable {
    /// Flows given up because the table was full.
    public var evictedFlows: UInt64 = 0
    /// Flows that were read no further because too many were.
    public var droppedStreams: UInt64 = 0
    /// Octets dropped because too many were held, out of order or unfinished.
    public var droppedHeldBytes: UInt64 = 0
    /// Fragments dropped because too many were held, and datagrams never completed.
    public var droppedFragments: UInt64 = 0
    public var incompleteDatagrams: UInt64 = 0
    /// Live flows at most.
    public var mostFlows: UInt64 = 0

    /// Nothing dropped.
    public init() {}
}
