import ByteParsing
import Compression

/// An input whose compression is recognised by its content and undone; plain octets pass through.
public final class UnpackedInput: ByteInput {
    private let packed: any ByteInput
    private var held = ByteBuffer(capacity: UnpackedInput.pieceLength)
    private var state = State.unknown
    private var packedHasEnded = false
    /// `gzip`, `zstd` or nil; known once the first octets have been read.
    public private(set) var compression: String?

    private static let pieceLength = 1 << 16

    private enum State {
        case unknown
        case plain
        case packed(any StreamDecoder)
        case failed(FaultKind, String)
    }

    /// Unpacks `packed` where that is needed.
    public init(_ packed: any ByteInput) {
        self.packed = packed
    }

    /// Reads the first octets, where that has not been done, and says how they are compressed.
    public func findCompression() -> String? {
        while case .unknown = state { recognise() }
        return compression
    }

    /// Appends the next octets as they were before they were packed.
    public func read(into buffer: inout ByteBuffer, limit: Int) -> InputResult {
        while true {
            switch state {
            case .unknown:
                recognise()
            case .plain:
                if held.isEmpty { return packed.read(into: &buffer, limit: limit) }
                let count = min(limit, held.count)
                Self.move(count, from: &held, to: &buffer)
                return .bytes(count)
            case .failed(let kind, let message):
                return .failed(kind, message)
            case .packed(let decoder):
                do {
                    let count = try decoder.decode(&held, into: &buffer, room: limit)
                    if count > 0 { return .bytes(count) }
                } catch {
                    state = .failed(error.kind, error.message)
                    continue
                }
                if packedHasEnded {
                    if decoder.isComplete { return .end }
                    state = .failed(.truncated, "the \(compression ?? "packed") stream ends before it is complete")
                } else {
                    readPacked()
                }
            }
        }
    }

    private static func move(_ count: Int, from source: inout ByteBuffer, to target: inout ByteBuffer) {
        target.append(source.bytes.slice(0, count))
        source.removeFirst(count)
    }

    private func readPacked() {
        switch packed.read(into: &held, limit: Self.pieceLength) {
        case .bytes: break
        case .end: packedHasEnded = true
        case .failed(let kind, let message): state = .failed(kind, message)
        }
    }

    private func recognise() {
        if held.count < CompressionFormat.signatureLength, !packedHasEnded { return readPacked() }
        guard let format = Self.format(held) else {
            state = .plain
            return
        }
        compression = format.rawValue
        if let decoder = format.makeDecoder() {
            state = .packed(decoder)
        } else {
            state = .failed(.unsupported, "memory is short for unpacking \(format.rawValue)")
        }
    }

    private static func format(_ held: borrowing ByteBuffer) -> CompressionFormat? {
        CompressionFormat(signature: held.bytes)
    }
}
