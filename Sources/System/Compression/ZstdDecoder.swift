import ByteParsing
import CZstd

/// Unpacks Zstandard: one frame or many; skippable frames are skipped.
@safe public final class ZstdDecoder: StreamDecoder {
    /// The largest window that is accepted, as a power of two: 128 MiB, what `zstd --long` writes.
    public static let windowLogLimit: Int32 = 27

    private let context: OpaquePointer
    private let share: WindowShare
    private enum State { case between, insideHeader, inside }
    private var state = State.between
    /// How many bytes the library should be given next.
    private var step = 0

    /// A decoder at the start of a stream, whose windows come out of `share`; nil where memory is short.
    public init?(share: WindowShare) {
        guard let created = unsafe ZSTD_createDCtx() else { return nil }
        unsafe context = created
        self.share = share
        unsafe _ = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogLimit)
    }

    deinit { unsafe _ = ZSTD_freeDCtx(context) }

    /// Whether the last frame is complete.
    public var isComplete: Bool { state == .between }

    /// Takes the window of the frame that `input` begins with out of the share.
    public func prepare(_ input: borrowing ByteBuffer) throws(DecodingFault) { _ = try header(input) }

    /// Unpacks what `input` holds.
    public func decode(_ input: inout ByteBuffer, into output: inout ByteBuffer, room: Int) throws(DecodingFault) -> Int
    {
        // Something may be left inside the decoder when all input is used: it is asked once more.
        while true {
            if input.isEmpty && state != .inside { return 0 }
            if state != .inside {
                guard let length = try header(input) else {
                    state = .insideHeader
                    return 0
                }
                state = .inside
                step = length
            }
            var result = 0
            var used = 0
            let context = unsafe self.context
            // What the library has unpacked in a call that meets damage is lost. So a block is never given together
            // with what follows it, and everything in front of the damage comes out.
            let given = min(step, input.count)
            let produced = unsafe input.bytes.withUnsafeBytes { source in
                unsafe output.withUnusedRoom(room) { target in
                    var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: given, pos: 0)
                    var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    result = unsafe ZSTD_decompressStream(context, &to, &from)
                    used = unsafe from.pos
                    return unsafe to.pos
                }
            }
            input.removeFirst(used)
            if ZSTD_isError(result) != 0 { throw fault(result) }
            if result == 0 {
                // A frame has just been completed and flushed.
                state = .between
            } else {
                // The library asks for a block together with the three bytes of the next one's header.
                step = result > Self.blockHeaderLength ? result - Self.blockHeaderLength : result
            }
            if produced > 0 { return produced }
            if used == 0 { return 0 }
        }
    }

    private static let blockHeaderLength = 3

    /// The length of the header that `input` begins with, once its window has been taken; nil where it is not all
    /// there.
    private func header(_ input: borrowing ByteBuffer) throws(DecodingFault) -> Int? {
        switch ZstdFrameHeader(input.bytes) {
        case .incomplete: return nil
        case .unknown: throw DecodingFault(kind: .malformed, message: "the zstd stream is damaged")
        case .frame(let length, let window):
            // What is larger is refused by the library, before it takes any memory.
            if window <= 1 << UInt64(Self.windowLogLimit), !share.grow(to: Int(window)) {
                throw DecodingFault(
                    kind: .unsupported,
                    message: """
                        the zstd stream needs a window of \(Self.mebibytes(window)), and the captures that are open at \
                        this time may take \(share.allowance.bytes >> 20) MiB together; unpack it first with zstd -d, \
                        or read fewer captures at once
                        """)
            }
            return length
        }
    }

    private static func mebibytes(_ window: UInt64) -> String { "\((window + (1 << 20) - 1) >> 20) MiB" }

    private func fault(_ code: Int) -> DecodingFault {
        switch ZSTD_getErrorCode(code) {
        case ZSTD_error_frameParameter_windowTooLarge:
            DecodingFault(
                kind: .unsupported,
                message: "the zstd stream needs a window of more than 128 MiB; unpack it first with zstd -d --long=31")
        case ZSTD_error_memory_allocation:
            DecodingFault(kind: .unsupported, message: "memory is short for unpacking zstd")
        case ZSTD_error_dictionary_wrong:
            DecodingFault(
                kind: .unsupported, message: "the zstd stream needs a dictionary; unpack it first with zstd -d -D")
        default:
            DecodingFault(kind: .malformed, message: "the zstd stream is damaged")
        }
    }
}
