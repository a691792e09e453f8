import ByteParsing
import Platform

/// Where a capture's octets come from, in pieces: a file, a pipe, memory, something inflated.
public protocol ByteInput: AnyObject {
    /// Appends the next octets, at most `limit` of them, to `buffer`.
    func read(into buffer: inout ByteBuffer, limit: Int) -> InputResult
    /// How the octets were compressed, once that is known: `gzip`, `zstd` or nil.
    var compression: String? { get }
}

/// What an attempt to read octets gave.
public enum InputResult: Sendable, Hashable {
    /// So many octets, at least one, were appended.
    case bytes(Int)
    /// The input has ended.
    case end
    /// The input cannot be read further; why, for a person.
    case failed(FaultKind, String)
}

/// Octets read from an open file or pipe.
public final class FileInput: ByteInput {
    private let descriptor: FileDescriptor

    /// Reads from `descriptor`, which it owns from here on.
    public init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
    }

    /// Files are never inflated here.
    public var compression: String? { nil }

    /// Appends what one `read()` yields.
    public func read(into buffer: inout ByteBuffer, limit: Int) -> InputResult {
        do {
            let count = try descriptor.read(into: &buffer, limit: limit)
            return count == 0 ? .end : .bytes(count)
        } catch {
            return .failed(.unsupported, "reading failed: \(error.message)")
        }
    }
}

/// Octets that are in memory already, read in pieces of at most a chosen size.
public final class MemoryInput: ByteInput {
    private let bytes: [UInt8]
    private var offset = 0
    private let piece: Int

    /// Gives out `bytes`, at most `piece` of them at a time.
    public init(_ bytes: [UInt8], piece: Int = .max) {
        self.bytes = bytes
        self.piece = max(piece, 1)
    }

    /// Memory is never inflated here.
    public var compression: String? { nil }

    /// Appends the next piece.
    public func read(into buffer: inout ByteBuffer, limit: Int) -> InputResult {
        let count = min(limit, min(piece, bytes.count - offset))
        guard count > 0 else { return .end }
        let source = bytes
        buffer.append(source.rawBytes.slice(offset, offset + count))
        offset += count
        return .bytes(count)
    }
}

/// An input that could not be opened: it says why.
public final class FailedInput: ByteInput {
    private let message: String

    /// Fails with `message`.
    public init(_ message: String) { self.message = message }

    /// Nothing is known of it.
    public var compression: String? { nil }

    /// Reports the failure.
    public func read(into buffer: inout ByteBuffer, limit: Int) -> InputResult { .failed(.unsupported, message) }
}
