import PacketModel
import ByteParsing
import Platform

/// What a first look at a capture file says, so that it need not stay open until its turn comes.
struct CaptureGlance {
    /// Which file it is.
    var status: FileStatus
    /// When its first packet was captured; nil where none was found, or none with a time.
    var firstTime: CaptureTime?
    /// Whether it is packed.
    var isPacked: Bool

    /// If the first packet comes after more bytes than this, the capture is read from its start instead.
    private static let farthest = 8 << 20

    /// Looks at the file at `path`; nil where that is no regular file, or cannot be opened.
    init?(_ path: PathName) {
        guard !path.isStandardInput, let status = try? FileStatus(of: path), status.kind == .file,
            let descriptor = try? FileDescriptor.open(reading: path)
        else { return nil }
        self.status = status
        let input = UnpackedInput(FileInput(descriptor), limit: .bytes(UInt64(Self.farthest)))
        isPacked = input.findCompression() != nil
        firstTime = Self.firstTime(CaptureReader(Beginning(input, Self.farthest), name: "", pieceLength: 1 << 12))
    }

    private static func firstTime(_ reader: CaptureReader) -> CaptureTime? {
        var batch = PacketBatch(capacity: 1 << 12, records: 64)
        while true {
            switch reader.next(into: &batch) {
            case .packets: return batch.records.first?.time
            case .finished: return nil
            default: continue
            }
        }
    }

    /// The first bytes of another input.
    private final class Beginning: ByteInput {
        private let inner: any ByteInput
        private var left: Int

        init(_ inner: any ByteInput, _ count: Int) {
            self.inner = inner
            left = count
        }

        var compression: String? { inner.compression }

        func read(into buffer: inout ByteBuffer, limit: Int) -> InputResult {
            guard left > 0 else { return .end }
            let result = inner.read(into: &buffer, limit: min(limit, left))
            if case .bytes(let count) = result { left -= count }
            return result
        }
    }
}
