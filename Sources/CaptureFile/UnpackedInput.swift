import ByteParsing
import Compression

/// An input whose compression is recognised by its content and undone; plain bytes pass through.
public final class UnpackedInput: ByteInput {
    private let packed: any ByteInput
    private let limit: UnpackLimit
    /// The decompression window; held as long as somebody holds the share, so that another capture's may be refused.
    let window: WindowShare
    private var held = ByteBuffer(capacity: 0)
    private var state = State.unknown
    private var packedHasEnded = false
    /// Bytes that the decoder has used up, and what came of them.
    private var used: UInt64 = 0
    private var unpacked: UInt64 = 0
    /// `gzip`, `zstd` or nil; known once the first bytes have been read.
    public var compression: String? { format?.rawValue }
    private var format: CompressionFormat?

    private static let pieceLength = 1 << 16
    /// What is read first, to tell how the input is compressed: little, for it is in the way of a plain one.
    private static let firstPieceLength = 1 << 12

    private enum State {
        case unknown
        case plain
        case packed(any StreamDecoder, CompressionFormat)
        case ended
        case failed(FaultKind, String)
    }

    /// Unpacks `packed` where that is needed, within `limit`. The windows of all captures that are open at one time
    /// come out of one allowance.
    public init(_ packed: any ByteInput, limit: UnpackLimit = .plausible, windows: WindowAllowance = WindowAllowance())
    {
        self.packed = packed
        self.limit = limit
        window = windows.share()
    }

    /// Reads the first bytes, where that has not been done, says how they are compressed, and takes the memory that
    /// they ask for.
    public func findCompression() -> String? {
        while case .unknown = state { recognise() }
        return compression
    }

    /// Appends the next bytes as they were before they were packed.
    public func read(into buffer: inout ByteBuffer, limit room: Int) -> InputResult {
        while true {
            switch state {
            case .unknown:
                recognise()
            case .plain:
                if held.isEmpty { return packed.read(into: &buffer, limit: room) }
                let count = min(room, held.count)
                Self.move(count, from: &held, to: &buffer)
                if held.isEmpty { held = ByteBuffer(capacity: 0) }
                return .bytes(count)
            case .ended: return .end
            case .failed(let kind, let message):
                return .failed(kind, message)
            case .packed(let decoder, let format):
                if let count = decode(decoder, format, into: &buffer, room) { return .bytes(count) }
            }
        }
    }

    /// Unpacks the next bytes; nil where there were none, and then the state or what is held has changed.
    private func decode(
        _ decoder: any StreamDecoder, _ format: CompressionFormat, into buffer: inout ByteBuffer,
        _ room: Int
    ) -> Int? {
        let allowed = limit.allowed(afterReading: used &+ UInt64(held.count))
        let left = unpacked < allowed ? Int(clamping: allowed - unpacked) : 0
        let before = held.count
        do {
            // One byte more than is allowed, to tell a stream that ends just here from one that goes on.
            let count = try decoder.decode(&held, into: &buffer, room: min(room, max(left, 1)))
            used &+= UInt64(before - held.count)
            unpacked &+= UInt64(count)
            if count > left {
                buffer.keepFirst(buffer.count - 1)
                stop(.failed(.unsupported, tooMuch(unpacked - 1, format)))
                return nil
            }
            if count > 0 { return count }
        } catch {
            stop(.failed(error.kind, error.message))
            return nil
        }
        if !packedHasEnded {
            readPacked()
        } else if decoder.isComplete {
            stop(.ended)
        } else {
            stop(.failed(.truncated, "the \(format.rawValue) stream ends before it is complete"))
        }
        return nil
    }

    /// Lets go of the decoder and what it would have been given.
    private func stop(_ end: State) {
        state = end
        held = ByteBuffer(capacity: 0)
    }

    private func tooMuch(_ count: UInt64, _ format: CompressionFormat) -> String {
        switch limit {
        case .plausible:
            """
            unpacking stopped after \(count >> 20) MiB: no traffic can be packed as \(format.rawValue) into the \
            \(used) bytes that were read of it, so this may be a decompression bomb; --max-unpacked SIZE allows more
            """
        case .bytes: "unpacking stopped after \(count) bytes, as --max-unpacked says"
        }
    }

    private static func move(_ count: Int, from source: inout ByteBuffer, to target: inout ByteBuffer) {
        target.append(source.bytes.slice(0, count))
        source.removeFirst(count)
    }

    private func readPacked(_ length: Int = UnpackedInput.pieceLength) {
        switch packed.read(into: &held, limit: length) {
        case .bytes: break
        case .end: packedHasEnded = true
        case .failed(let kind, let message): stop(.failed(kind, message))
        }
    }

    private func recognise() {
        if held.count < CompressionFormat.signatureLength, !packedHasEnded { return readPacked(Self.firstPieceLength) }
        guard let format = Self.format(held) else {
            state = .plain
            return
        }
        self.format = format
        guard let decoder = format.makeDecoder(share: window) else {
            stop(.failed(.unsupported, "memory is short for unpacking \(format.rawValue)"))
            return
        }
        do {
            try decoder.prepare(held)
            state = .packed(decoder, format)
        } catch {
            stop(.failed(error.kind, error.message))
        }
    }

    private static func format(_ held: borrowing ByteBuffer) -> CompressionFormat? {
        CompressionFormat(signature: held.bytes)
    }
}
