import Platform

/// Opens what a user names. It never fails: what cannot be read is said by the source's events.
public enum CaptureOpener {
    /// How captures are read.
    public struct Options: Sendable {
        /// Octets that are read at a time.
        public var pieceLength = 1 << 17
        /// Threads in all: with more than one, reading and unpacking run on threads of their own.
        public var threads = 2
        /// From so many octets on, reading a plain file on a thread of its own gains more than handing over costs.
        public var longFileBytes: UInt64 = 16 << 20

        /// The defaults.
        public init() {}
    }

    /// Up to so many captures are open at once from the start; of more, each is opened when the
    /// timeline reaches its first packet.
    private static let openAtOnce = 8

    /// One source over the captures named: one timeline, captures numbered in the order given.
    public static func open(paths: [PathName], options: Options = Options(), selection: PacketSelection? = nil)
        -> any PacketSource
    {
        let source = paths.count == 1 ? open(paths[0], capture: 0, options) : merged(paths, options)
        guard let selection, !selection.keepsEverything else { return source }
        return FilteredSource(source, keeping: selection)
    }

    private static func merged(_ paths: [PathName], _ options: Options) -> any PacketSource {
        var options = options
        // Many captures share the memory that one may use.
        options.pieceLength = max(min(options.pieceLength, (32 << 20) / max(paths.count, 1)), 1 << 14)
        let readers = paths.count > openAtOnce ? 0 : options.threads - 1
        // A frame reference has 16 bits for the capture.
        let branches = paths.prefix(Int(UInt16.max)).enumerated().map { index, path in
            let capture = UInt16(index)
            let firstTime = paths.count > openAtOnce ? timeOfFirstPacket(path) : nil
            // The first ones have a thread each, as far as there are threads.
            var own = options
            own.threads = index < readers ? 2 : 1
            let settled = own
            return MergeBranch(
                placeholder: CaptureDescription(name: path.description, format: "unknown"), firstTime: firstTime
            ) { open(path, capture: capture, settled) }
        }
        return MergedSource(Array(branches))
    }

    private static func open(_ path: PathName, capture: UInt16, _ options: Options) -> any PacketSource {
        let name = path.description
        let piece = options.pieceLength
        let input: UnpackedInput
        let isWorthAThread: Bool
        switch inputKind(path) {
        case .failed(let message):
            return CaptureReader(FailedInput(message), name: name, capture: capture)
        case .file(let descriptor):
            let isLong = ((try? descriptor.size()) ?? nil).map { $0 >= options.longFileBytes } ?? false
            input = UnpackedInput(FileInput(descriptor))
            isWorthAThread = options.threads > 1 && (isLong || input.findCompression() != nil)
        case .stream(let descriptor):
            input = UnpackedInput(FileInput(descriptor))
            isWorthAThread = options.threads > 1
        }
        guard isWorthAThread else { return CaptureReader(input, name: name, capture: capture, pieceLength: piece) }
        return ThreadedSource(CaptureReader(input, name: name, capture: capture, pieceLength: piece))
    }

    private enum Opened: ~Copyable {
        case file(FileDescriptor)
        case stream(FileDescriptor)
        case failed(String)
    }

    private static func inputKind(_ path: PathName) -> Opened {
        do {
            let descriptor = path.isStandardInput ? .standardInput : try FileDescriptor.open(reading: path)
            switch try descriptor.kind() {
            case .directory: return .failed("this is a directory; name the captures inside it")
            case .file where !path.isStandardInput: return .file(descriptor)
            default: return .stream(descriptor)
            }
        } catch {
            return .failed("cannot be opened: \(error.message)")
        }
    }

    /// When the first packet of a file was captured; nil where it has none, or cannot be read twice.
    private static func timeOfFirstPacket(_ path: PathName) -> CaptureTime? {
        guard case .file(let descriptor) = inputKind(path) else { return nil }
        let reader = CaptureReader(UnpackedInput(FileInput(descriptor)), name: "", pieceLength: 1 << 12)
        var batch = PacketBatch(capacity: 1 << 12)
        while true {
            switch reader.next(into: &batch) {
            case .packets: return batch.records.first?.time
            case .finished: return nil
            default: continue
            }
        }
    }
}
