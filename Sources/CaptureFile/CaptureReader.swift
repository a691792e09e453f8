import ByteParsing

/// Reads one capture from one input, whatever its container: the source behind every file and pipe.
public final class CaptureReader: PacketSource {
    // A class cannot lend views of what it holds; a struct can.
    private var stream: RecordStream

    /// Reads the capture with index `capture` from `input`, about `pieceLength` octets at a time, where it is
    /// in one of these formats.
    public init(
        _ input: any ByteInput, name: String, capture: UInt16 = 0, point: UInt16? = nil,
        pieceLength: Int = 1 << 18, formats: ContainerFormats = .standard
    ) {
        stream = RecordStream(
            input, name: name, capture: capture, point: point, pieceLength: pieceLength, formats: formats)
    }

    /// The capture that is read, with the totals so far.
    public var captures: [CaptureDescription] { [stream.currentDescription] }

    /// Fills `batch` with what one read completes, or reports another event.
    public func next(into batch: inout PacketBatch) -> SourceEvent { stream.next(into: &batch) }
}
