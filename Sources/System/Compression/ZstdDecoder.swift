import ByteParsing
import CZstd

/// Unpacks Zstandard: one frame or many; skippable frames are skipped.
@safe public final class ZstdDecoder: StreamDecoder {
    /// The largest window that is accepted, as a power of two: 128 MiB, what `zstd --long` writes.
    public static let windowLogLimit: Int32 = 27

    private let context: OpaquePointer
    private var isInside = false

    /// A decoder at the start of a stream; nil where memory is short.
    public init?() {
        guard let created = unsafe ZSTD_createDCtx() else { return nil }
        unsafe context = created
        unsafe _ = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogLimit)
    }

    deinit { unsafe _ = ZSTD_freeDCtx(context) }

    /// Whether the last frame is complete.
    public var isComplete: Bool { !isInside }

    /// Unpacks what `input` holds.
    public func decode(_ input: inout ByteBuffer, into output: inout ByteBuffer, room: Int) throws(DecodingFault) -> Int
    {
        // Something may be left inside the decoder when all input is used: it is asked once more.
        while true {
            if input.isEmpty && !isInside { return 0 }
            var result = 0
            var used = 0
            let context = unsafe self.context
            let produced = unsafe input.bytes.withUnsafeBytes { source in
                unsafe output.withUnusedRoom(room) { target in
                    var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                    var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    result = unsafe ZSTD_decompressStream(context, &to, &from)
                    used = unsafe from.pos
                    return unsafe to.pos
                }
            }
            input.removeFirst(used)
            if ZSTD_isError(result) != 0 {
                if produced > 0 { return produced }
                throw fault(result)
            }
            // 0 says that a frame has just been completed and flushed.
            if result != 0 { isInside = true } else if used > 0 || produced > 0 { isInside = false }
            if produced > 0 { return produced }
            if used == 0 { return 0 }
        }
    }

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
