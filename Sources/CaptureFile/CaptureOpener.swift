import Compression
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
        /// How much a packed capture may unpack to.
        public var unpackLimit = UnpackLimit.plausible

        /// The defaults.
        public init() {}
    }

    /// Captures that can be read as one timeline: a frame reference has 16 bits for the capture.
    public static let maximumCaptures = Int(UInt16.max)

    /// One source over the captures named: one timeline, captures numbered in the order given. More than
    /// `maximumCaptures` are not read at all, and the source says so.
    public static func open(paths: [PathName], options: Options = Options(), selection: PacketSelection? = nil)
        -> any PacketSource
    {
        let source: any PacketSource
        if paths.count > maximumCaptures {
            let message = "\(paths.count) captures are named; at most \(maximumCaptures) can be read as one timeline"
            source = CaptureReader(FailedInput(message), name: paths[0].description)
        } else if paths.count == 1 {
            source = open(paths[0], capture: 0, Means(options))
        } else {
            source = merged(paths, options)
        }
        let named = NamedCaptures(source, paths, options)
        guard let selection, !selection.keepsEverything else { return named }
        return FilteredSource(named, keeping: selection)
    }

    /// What the captures of one timeline share.
    private final class Means {
        var options: Options
        let windows = WindowAllowance()
        let files = OpenFiles()
        /// Threads that may still be started.
        var freeThreads: Int

        init(_ options: Options) {
            self.options = options
            freeThreads = options.threads - 1
        }
    }

    /// A thread's place among those that may run, free again when its source has gone.
    private final class ThreadPlace {
        private let means: Means

        init?(_ means: Means) {
            guard means.freeThreads > 0 else { return nil }
            means.freeThreads -= 1
            self.means = means
        }

        deinit { means.freeThreads += 1 }
    }

    /// Of packed files among several, those from so many bytes on are worth a thread.
    private static let longPackedBytes: UInt64 = 1 << 20
    /// What the captures that are open at one time may take for reading in all.
    private static let pieceBytes = 32 << 20

    private static func merged(_ paths: [PathName], _ options: Options) -> any PacketSource {
        let means = Means(options)
        let open = min(max(paths.count, 1), MergedSource.usualOpenLimit)
        means.options.pieceLength = max(min(options.pieceLength, pieceBytes / open), 1 << 14)
        return MergedSource(
            paths.enumerated().map { index, path in
                let capture = UInt16(truncatingIfNeeded: index)
                let glance = CaptureGlance(path)
                let about = CaptureDescription(name: path.description, format: "unknown")
                return MergeBranch(placeholder: about, firstTime: glance?.firstTime, capture: capture) {
                    if let glance { return reopen(path, glance, capture: capture, means) }
                    return Self.open(path, capture: capture, means)
                }
            })
    }

    /// Opens one capture of several whose time has come.
    private static func reopen(_ path: PathName, _ glance: CaptureGlance, capture: UInt16, _ means: Means)
        -> any PacketSource
    {
        let isLong = glance.status.size >= (glance.isPacked ? longPackedBytes : means.options.longFileBytes)
        let place = isLong ? ThreadPlace(means) : nil
        // The files that are open by turns belong to this thread.
        let files = place == nil ? means.files : OpenFiles(limit: 1)
        let input = UnpackedInput(
            TurnedInput(path, glance.status, files), limit: means.options.unpackLimit, windows: means.windows)
        // The window is taken now, in the order of the timeline, and not when a thread comes to it.
        _ = input.findCompression()
        return source(input, path, capture: capture, means, place)
    }

    private static func open(_ path: PathName, capture: UInt16, _ means: Means) -> any PacketSource {
        do {
            return try opened(path, capture: capture, means)
        } catch {
            return failed("cannot be opened: \(error.message)", path, capture)
        }
    }

    private static func opened(_ path: PathName, capture: UInt16, _ means: Means) throws(SystemError)
        -> any PacketSource
    {
        let descriptor = path.isStandardInput ? .standardInput : try FileDescriptor.open(reading: path)
        let status = try FileStatus(of: descriptor)
        if status.kind == .directory {
            return failed("this is a directory; name the captures inside it", path, capture)
        }
        let input = UnpackedInput(FileInput(descriptor), limit: means.options.unpackLimit, windows: means.windows)
        // A stream is asked for nothing yet: it may have nothing to give for long.
        let isStream = status.kind == .stream || path.isStandardInput
        let isLong = isStream || input.findCompression() != nil || status.size >= means.options.longFileBytes
        return source(input, path, capture: capture, means, isLong ? ThreadPlace(means) : nil)
    }

    private static func failed(_ message: String, _ path: PathName, _ capture: UInt16) -> any PacketSource {
        CaptureReader(FailedInput(message), name: path.description, capture: capture)
    }

    private static func source(
        _ input: UnpackedInput, _ path: PathName, capture: UInt16, _ means: Means,
        _ place: ThreadPlace?
    ) -> any PacketSource {
        let reader = CaptureReader(
            input, name: path.description, capture: capture, pieceLength: means.options.pieceLength)
        guard let place else { return reader }
        // The window is free for other captures when this one has been read, not when its thread is done with it.
        return ThreadedSource(reader, keeping: [place, input.window])
    }
}
