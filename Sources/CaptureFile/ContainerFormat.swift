import ByteParsing

/// A format of capture files: how one is known by its first octets, and where its packets lie.
///
/// A format is one file (or a few of its name) and one line of `ContainerFormats.standard`. It walks octets that are
/// read piece by piece from a file, a pipe or what is unpacked, and says where packets are, so that none is copied.
public protocol ContainerFormat: Sendable {
    /// Its name in output.
    static var name: String { get }

    /// Judges the first octets of an input. `inputHasEnded` says that there are no more. `notes` are what captures
    /// before this one said, where several were written one behind the other.
    static func recognise(_ bytes: RawSpan, inputHasEnded: Bool, _ notes: CaptureNotes) -> ContainerStart

    /// The one interface of such a capture, as number `index` of those that are read; nil where records describe them.
    func interface(capture: UInt16, index: Int) -> InterfaceDescription?

    /// What the capture says of itself, as far as it has been read.
    var notes: CaptureNotes { get }

    /// Takes every whole record from `position` on: appends packets to `records`, counts them in `tally`, and leaves
    /// `position` behind what it has taken.
    mutating func parse(
        _ bytes: RawSpan, position: inout Int, records: inout [PacketRecord], tally: inout RecordTally
    ) -> ParseStop
}

/// What the first octets of an input say about its format.
public enum ContainerStart {
    /// It is another one.
    case another
    /// So many octets are needed to tell.
    case needs(Int)
    /// It is this one; what follows so many octets of header is parsed.
    case begins(any ContainerFormat, headerLength: Int)
    /// It is this one, and cannot be read: why, for a person.
    case unreadable(FaultKind, String)
}

/// What captures say about themselves.
public struct CaptureNotes: Sendable, Hashable {
    /// Comments on a capture as a whole.
    public var comments: [String] = []
    /// The system that captured.
    public var operatingSystem: String?
    /// The program that captured.
    public var application: String?

    /// Nothing said.
    public init() {}
}

/// The formats that are read, as a value that capture readers are given.
public struct ContainerFormats: Sendable {
    /// Every format that this program reads: a further one is a line here.
    public static let standard = ContainerFormats([PcapFormat.self, PcapngFormat.self])

    /// The formats, in the order in which an input is shown to them.
    public let all: [any ContainerFormat.Type]

    /// A choice of formats.
    public init(_ all: [any ContainerFormat.Type]) { self.all = all }

    /// The same with further formats behind these.
    public func adding(_ more: [any ContainerFormat.Type]) -> ContainerFormats { ContainerFormats(all + more) }

    /// The first format that says anything of these octets, and what; where none does, what they look like.
    func recognise(_ bytes: RawSpan, inputHasEnded: Bool, _ notes: CaptureNotes) -> (
        name: String, start: ContainerStart
    ) {
        for format in all {
            switch format.recognise(bytes, inputHasEnded: inputHasEnded, notes) {
            case .another: continue
            case let start: return (format.name, start)
            }
        }
        // A cut inside the first four octets of a capture cannot be told from anything else.
        if bytes.byteCount < ForeignFormat.signatureLength, !inputHasEnded {
            return ("unknown", .needs(ForeignFormat.signatureLength))
        }
        let kind = bytes.byteCount == 0 ? FaultKind.truncated : .unsupported
        return ("unknown", .unreadable(kind, ForeignFormat.message(for: bytes)))
    }
}
