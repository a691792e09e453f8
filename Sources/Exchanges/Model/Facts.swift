import PacketModel
import Dissectors
import Flows

/// What a host was seen to do.
public struct HostRoles: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let connector = HostRoles(rawValue: 1)
    public static let kdc = HostRoles(rawValue: 2)
    public static let backend = HostRoles(rawValue: 4)
    public static let client = HostRoles(rawValue: 8)
    /// The role was given by the user, not inferred.
    public static let given = HostRoles(rawValue: 128)
}

/// From where a clock reading was taken.
public enum ClockSource: UInt8, Sendable, Hashable, BitwiseCopyable {
    /// stime of a KRB-ERROR.
    case krbError
    /// ctime of a KRB-ERROR: what the client believed.
    case krbErrorClient
    /// HTTP Date.
    case httpDate
    /// The timestamp of an NTLM challenge.
    case ntlmChallenge

    /// The words used in output.
    public var name: String {
        switch self {
        case .krbError: "KRB-ERROR stime"
        case .krbErrorClient: "KRB-ERROR ctime"
        case .httpDate: "HTTP Date"
        case .ntlmChallenge: "NTLM challenge"
        }
    }
}

/// A host's clock against the capture's: an interval that holds the true offset.
public struct HostClock: Sendable, Hashable, BitwiseCopyable {
    public var point: UInt16
    public var host: IPAddress
    /// The host's clock minus the capture's, in nanoseconds: lower and upper bound.
    public var lowestOffset: Int64
    public var highestOffset: Int64
    /// Readings taken.
    public var samples: UInt32
    public var source: ClockSource
    /// The frame of the first reading.
    public var frame: FrameReference
    public var time: CaptureTime?

    /// Makes a clock.
    public init(
        point: UInt16, host: IPAddress, lowestOffset: Int64, highestOffset: Int64, samples: UInt32,
        source: ClockSource, frame: FrameReference, time: CaptureTime?
    ) {
        self.point = point
        self.host = host
        self.lowestOffset = lowestOffset
        self.highestOffset = highestOffset
        self.samples = samples
        self.source = source
        self.frame = frame
        self.time = time
    }

    /// The middle of the interval.
    public var offset: Int64 { lowestOffset / 2 + highestOffset / 2 }
}

/// A host with its roles.
public struct HostFacts: Sendable, Hashable {
    public var point: UInt16
    public var address: IPAddress
    public var roles: HostRoles
    /// A name that the traffic gives it (Host field, SPN, machine account), where there is one.
    public var name: NameID
    /// The realm of a KDC.
    public var realm: NameID

    /// Makes facts of a host.
    public init(point: UInt16, address: IPAddress, roles: HostRoles, name: NameID = .none, realm: NameID = .none) {
        self.point = point
        self.address = address
        self.roles = roles
        self.name = name
        self.realm = realm
    }
}

/// What one observation point holds and lacks, told once at the end.
public struct CaptureFacts: Sendable {
    public var point: UInt16 = 0
    public var packets: UInt64 = 0
    public var firstTime: CaptureTime?
    public var lastTime: CaptureTime?
    public var firstFrame: FrameReference?
    public var lastFrame: FrameReference?
    /// Packets of which the snaplen cut some, and of those the ones that cut a message.
    public var cutPackets: UInt64 = 0
    public var cutMessages: UInt64 = 0
    public var cutMessageFrame: FrameReference?
    /// Payload octets never seen in flows that carry messages, and the first frame after such a hole.
    public var missingBytes: UInt64 = 0
    public var gapFrame: FrameReference?
    public var gapCount: UInt64 = 0
    /// Packets seen twice, and the first such copy.
    public var duplicatePackets: UInt64 = 0
    public var duplicateFrame: FrameReference?
    /// Flows to a KDC or backend of which only one direction was captured.
    public var oneSidedFlows: UInt64 = 0
    public var oneSidedFrame: FrameReference?
    /// Flows that carried messages, both directions seen.
    public var twoSidedFlows: UInt64 = 0
    /// Messages decoded.
    public var messages = ProtocolCounts()
    /// The largest step backwards of the capture's clock, in nanoseconds, and the frame after it.
    public var clockStepBack: Int64 = 0
    public var clockStepFrame: FrameReference?
    /// Steps backwards of more than a second.
    public var clockSteps: UInt64 = 0
    /// Packets that the capturing system says it lost.
    public var dropped: UInt64 = 0

    /// Packets that led neither to IPv4 nor to IPv6: ARP and its like, and what lies below layers that are not read.
    public var packetsWithoutIP: UInt64 = 0
    /// Packets of which a layer was cut, malformed or of a kind that is not read.
    public var undecodedPackets: UInt64 = 0

    /// Facts of an empty capture.
    public init(point: UInt16) { self.point = point }
}

/// What the rules see: every unit once, when it is complete.
public enum Unit: Sendable {
    /// A ticket request, at its end; comes before the sign-on that it belongs to.
    case ticketRequest(TicketRequest)
    /// An HTTP transaction that belongs to no sign-on.
    case transaction(HTTPTransaction)
    /// A sign-on, at its end.
    case signOn(SignOn)
    /// A transport flow, at its end.
    indirect case connection(ConnectionSummary)
    /// The clocks of all hosts, once, at the end.
    case clocks([HostClock])
    /// One observation point as a whole, once, at the end.
    indirect case capture(CaptureFacts)
}

extension Unit {
    /// Takes the ticket request out, and leaves nothing; nil where it is none.
    mutating func takeTicketRequest() -> TicketRequest? {
        guard case .ticketRequest(let request) = self else { return nil }
        self = .clocks([])
        return request
    }

    /// The same of a transaction.
    mutating func takeTransaction() -> HTTPTransaction? {
        guard case .transaction(let transaction) = self else { return nil }
        self = .clocks([])
        return transaction
    }

    /// The same of a sign-on.
    mutating func takeSignOn() -> SignOn? {
        guard case .signOn(let signOn) = self else { return nil }
        self = .clocks([])
        return signOn
    }
}
