import ByteParsing
import CZlib

/// Unpacks gzip: one member or many, one after the other.
@safe public final class GzipDecoder: StreamDecoder {
    // zlib keeps a pointer back to its stream, so the stream must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private enum State { case between, inside, finished }
    private var state = State.between
    /// Whether the last call filled its room: zlib may hold more, though all of the input is used up.
    private var mayHoldOutput = false
    /// What was found after bytes that have been handed out; it is reported by the next call.
    private var fault: DecodingFault?

    /// A decoder at the start of a stream; nil where memory is short.
    public init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 is the largest window, 16 more asks for gzip headers alone.
        let status = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        if status != Z_OK { return nil }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Whether the last member is complete.
    public var isComplete: Bool { state != .inside }

    /// Its window is small, and taken already.
    public func prepare(_ input: borrowing ByteBuffer) {}

    /// Unpacks what `input` holds.
    public func decode(_ input: inout ByteBuffer, into output: inout ByteBuffer, room: Int) throws(DecodingFault) -> Int
    {
        if let fault { throw fault }
        while !input.isEmpty || mayHoldOutput {
            if state == .between {
                // Tapes and some tools pad the last member; what is no member is no data.
                if input.bytes.u8(0) != 0x1F { state = .finished }
                if state == .between {
                    unsafe inflateReset(stream)
                    state = .inside
                }
            }
            if state == .finished {
                input.removeAll()
                return 0
            }
            var status = Z_OK
            var used = 0
            let stream = unsafe self.stream
            let produced = unsafe input.bytes.withUnsafeBytes { source in
                unsafe output.withUnusedRoom(room) { target in
                    let available = min(source.count, Int(UInt32.max))
                    unsafe stream.pointee.next_in = UnsafeMutablePointer(
                        mutating: source.bindMemory(to: UInt8.self).baseAddress)
                    unsafe stream.pointee.avail_in = UInt32(available)
                    unsafe stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
                    unsafe stream.pointee.avail_out = UInt32(min(target.count, Int(UInt32.max)))
                    let before = unsafe stream.pointee.avail_out
                    status = unsafe inflate(stream, Z_NO_FLUSH)
                    used = unsafe available - Int(stream.pointee.avail_in)
                    return unsafe Int(before - stream.pointee.avail_out)
                }
            }
            input.removeFirst(used)
            mayHoldOutput = produced == room
            switch status {
            case Z_STREAM_END:
                state = .between
                mayHoldOutput = false
            case Z_OK: break
            // No progress was possible with what is there: more input is needed.
            case Z_BUF_ERROR where produced == 0: if used == 0 { return 0 }
            default:
                // What this call still unpacked is good.
                let met =
                    status == Z_MEM_ERROR
                    ? DecodingFault(kind: .unsupported, message: "memory is short for unpacking gzip")
                    : DecodingFault(kind: .malformed, message: "the gzip stream is damaged")
                fault = met
                if produced > 0 { return produced }
                throw met
            }
            if produced > 0 { return produced }
        }
        return 0
    }
}
