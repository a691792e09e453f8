import PacketModel
import ByteParsing

/// What a source has to say next. Packets are one kind of event among others.
public enum SourceEvent: Sendable {
    /// The batch has been filled with at least one packet.
    case packets
    /// An interface was described; its records may follow.
    case interface(InterfaceDescription)
    /// Packets that the capturing system says it lost, counted since the last such event.
    case drops(capture: UInt16, count: UInt64)
    /// Decryption secrets found in the capture (pcapng DSB).
    case secrets(DecryptionSecrets)
    /// Host names recorded in the capture (pcapng NRB).
    case names([ResolvedName])
    /// Nothing arrived, but time has passed up to here (live capture).
    case watermark(CaptureTime)
    /// One capture has ended, whole or with a fault.
    case captureEnded(CaptureEnd)
    /// Every capture has ended; nothing follows.
    case finished
}

/// Where packets come from: a file, a pipe, several files on one timeline, a live interface.
public protocol PacketSource: AnyObject {
    /// What is known of the captures so far, by capture index.
    var captures: [CaptureDescription] { get }

    /// Looks through the captures for what is needed before their packets flow; nil where they can be read only once,
    /// as a pipe or an interface. To be asked, where it is, before the first `next`.
    func survey() -> CaptureSurvey?

    /// Fills `batch` or reports another event. After `.finished` it reports only that.
    func next(into batch: inout PacketBatch) -> SourceEvent
}

extension PacketSource {
    public func survey() -> CaptureSurvey? { nil }
}

/// One interface of one capture.
public struct InterfaceDescription: Sendable, Hashable {
    /// Index of the capture.
    public var capture: UInt16
    /// Index of the interface within the capture, over all its sections.
    public var index: Int
    /// The header type of its packets.
    public var linkType: LinkType
    /// Octets kept of each packet; 0 where unlimited.
    public var snapLength: UInt32
    /// The interface's name (`if_name`), where recorded.
    public var name: String?
    /// The interface's description (`if_description`), where recorded.
    public var description: String?
    /// The capture filter, where recorded.
    public var filter: String?
    /// Nanoseconds per timestamp unit, or less than one: printed as "10^-9" or "2^-20".
    public var timestampResolution: String

    /// Makes a description.
    public init(
        capture: UInt16, index: Int, linkType: LinkType, snapLength: UInt32, name: String? = nil,
        description: String? = nil, filter: String? = nil, timestampResolution: String
    ) {
        self.capture = capture
        self.index = index
        self.linkType = linkType
        self.snapLength = snapLength
        self.name = name
        self.description = description
        self.filter = filter
        self.timestampResolution = timestampResolution
    }
}

/// A name that the capture itself gives to an address.
public struct ResolvedName: Sendable, Hashable {
    /// 4 or 16 octets.
    public var address: [UInt8]
    /// The name.
    public var name: String

    /// Makes a name for an address.
    public init(address: [UInt8], name: String) {
        self.address = address
        self.name = name
    }
}

/// How a capture ended.
public struct CaptureEnd: Sendable {
    /// Index of the capture.
    public var capture: UInt16
    /// Why reading stopped early, or nil where the whole capture was read.
    public var fault: CaptureFault?

    /// Makes an end.
    public init(capture: UInt16, fault: CaptureFault?) {
        self.capture = capture
        self.fault = fault
    }
}

/// Why a capture could not be read, or not to its end.
public struct CaptureFault: Sendable, Hashable {
    /// Truncated, malformed or unsupported.
    public var kind: FaultKind
    /// Offset in the (decompressed) input, in octets.
    public var offset: UInt64
    /// The last frame read before the fault; 0 where none was.
    public var frame: UInt64
    /// What happened and what to do about it, for a person.
    public var message: String

    /// Makes a fault.
    public init(kind: FaultKind, offset: UInt64, frame: UInt64, message: String) {
        self.kind = kind
        self.offset = offset
        self.frame = frame
        self.message = message
    }
}

/// What is known of one capture: filled while it is read.
public struct CaptureDescription: Sendable {
    /// The file's name as given, `-` for standard input, or the interface's name.
    public var name: String
    /// `pcap`, `pcapng`, `live`, or `unknown` where it could not be recognised.
    public var format: String
    /// `gzip`, `zstd`, or nil.
    public var compression: String?
    /// The interfaces, in order of appearance.
    public var interfaces: [InterfaceDescription] = []
    /// Packets read.
    public var packets: UInt64 = 0
    /// Packets of which less was captured than was on the wire.
    public var truncatedPackets: UInt64 = 0
    /// Octets captured.
    public var capturedBytes: UInt64 = 0
    /// Packets that the capturing system says it lost.
    public var dropped: UInt64 = 0
    /// The earliest and latest packet times seen.
    public var firstTime: CaptureTime?
    /// The latest packet time seen.
    public var lastTime: CaptureTime?
    /// Blocks of decryption secrets that the capture carries; nothing is decrypted with them.
    public var decryptionSecrets: UInt64 = 0
    /// Names that the capture itself gives to addresses; no report uses them.
    public var recordedNames: UInt64 = 0
    /// Free text of the capture (pcapng comments of sections).
    public var comments: [String] = []
    /// The capturing machine's operating system and application, where recorded.
    public var operatingSystem: String?
    /// The application that wrote the capture, where recorded.
    public var application: String?
    /// The observation point that its packets were given.
    public var point: UInt16 = 0
    /// Set when reading has ended.
    public var fault: CaptureFault?
    /// Whether reading has ended.
    public var ended = false

    /// Starts a description.
    public init(name: String, format: String, compression: String? = nil) {
        self.name = name
        self.format = format
        self.compression = compression
    }
}
