import ByteParsing

/// The work of a `CaptureReader`: reads, walks the container and hands out batches.
///
/// Octets are read straight into the buffer that is handed out with the batch; only the unfinished
/// record at its end moves to the next one. An event among packets ends the batch in front of it,
/// and then the shorter side is copied, so the copying never exceeds what was read.
struct RecordStream: ~Copyable {
    private let input: any ByteInput
    private let pieceLength: Int
    private var description: CaptureDescription
    private let formats: ContainerFormats
    /// What walks the octets; nil before a capture begins.
    private var format: (any ContainerFormat)?
    /// What the captures that were read so far said of themselves.
    private var notes = CaptureNotes()
    private var hasEnded = false
    private var tally: RecordTally
    private var buffer: ByteBuffer
    private var records: [PacketRecord] = []
    /// Where the parser stands in `buffer`.
    private var position = 0
    /// Offset in the input of the buffer's first octet.
    private var origin: UInt64 = 0
    /// What the parser needs from `position` on.
    private var needed = 4
    private var inputEnd: InputEnd?
    /// What has to be reported once the packets in front of it are out.
    private var pending: SourceEvent?

    private enum InputEnd {
        case clean
        case failed(FaultKind, String)
    }

    init(
        _ input: any ByteInput, name: String, capture: UInt16, point: UInt16?, pieceLength: Int,
        formats: ContainerFormats
    ) {
        self.input = input
        self.formats = formats
        self.pieceLength = max(pieceLength, 16)
        description = CaptureDescription(name: name, format: "unknown")
        tally = RecordTally(capture: capture, point: point ?? capture)
        buffer = ByteBuffer(capacity: self.pieceLength)
        records.reserveCapacity(min(4096, self.pieceLength / 32))
    }

    /// The capture that is read, with the totals so far.
    var currentDescription: CaptureDescription {
        var current = description
        current.compression = input.compression
        tally.note(in: &current)
        let notes = format?.notes ?? notes
        current.comments = notes.comments
        current.operatingSystem = notes.operatingSystem
        current.application = notes.application
        return current
    }

    /// Fills `batch` with what one read completes, or reports another event.
    mutating func next(into batch: inout PacketBatch) -> SourceEvent {
        batch.removeAll()
        if let event = pending {
            pending = nil
            return report(event)
        }
        while true {
            if hasEnded { return .finished }
            let event: SourceEvent
            switch parse() {
            case .needs(let count):
                needed = count
                // What is complete goes out before anything is waited for.
                if !records.isEmpty { return handOut(into: &batch) }
                if let end = inputEnd { event = atEnd(of: end) } else { readMore(); continue }
            case .full:
                return handOut(into: &batch)
            case .event(let found):
                event = found
            case .anotherCapture:
                notes = format?.notes ?? notes
                format = nil
                continue
            case .fault(let kind, let message):
                event = ended(fault(kind, message))
            }
            if records.isEmpty { return report(event) }
            pending = event
            return handOut(into: &batch)
        }
    }

    private mutating func parse() -> ParseStop {
        if format == nil { return begin() }
        return Self.walk(&format, buffer, &position, &records, &tally)
    }

    /// Finds out what begins here.
    private mutating func begin() -> ParseStop {
        // An input that cannot be read says why; guessing at its content would only mislead.
        if case .failed = inputEnd { return .needs(4) }
        let (name, start) = formats.recognise(
            buffer.bytes.slice(from: position), inputHasEnded: inputEnd != nil, notes)
        switch start {
        case .needs(let count): return .needs(count)
        case .begins(let found, let headerLength):
            note(format: name)
            position += headerLength
            format = found
            return found.interface(capture: tally.capture, index: tally.described).map { begin($0) } ?? parse()
        case .unreadable(let kind, let message):
            note(format: name)
            return .fault(kind, message)
        case .another: return .fault(.unsupported, "no format that is read")
        }
    }

    /// The first capture of several that stand one behind the other gives the format.
    private mutating func note(format: String) {
        if description.format == "unknown" { description.format = format }
    }

    /// Goes on with the records of a capture that has one interface. The interface is reported, unless the capture
    /// before it had the same one.
    private mutating func begin(_ interface: InterfaceDescription) -> ParseStop {
        var last = description.interfaces.last
        last?.index = interface.index
        return last != interface && tally.describes() ? .event(.interface(interface)) : parse()
    }

    // The buffer lends its view to a function of its own, so that the other fields stay free.
    private static func walk(
        _ format: inout (any ContainerFormat)?, _ buffer: borrowing ByteBuffer, _ position: inout Int,
        _ records: inout [PacketRecord], _ tally: inout RecordTally
    ) -> ParseStop {
        format?.parse(buffer.bytes, position: &position, records: &records, tally: &tally) ?? .full
    }

    private mutating func readMore() {
        // What is behind the parser is no longer needed; growth follows what has really arrived.
        discardParsed()
        let room = max(pieceLength - buffer.count, min(pieceLength, buffer.count))
        switch input.read(into: &buffer, limit: max(room, 16)) {
        case .bytes: break
        case .end: inputEnd = .clean
        case .failed(let kind, let message): inputEnd = .failed(kind, message)
        }
    }

    private mutating func discardParsed() {
        buffer.removeFirst(position)
        origin += UInt64(position)
        position = 0
    }

    /// Gives the packets to the caller; what is not parsed yet stays here.
    private mutating func handOut(into batch: inout PacketBatch) -> SourceEvent {
        swap(&batch.records, &records)
        let rest = buffer.count - position
        if rest <= position {
            batch.buffer.swap(with: &buffer)
            buffer.append(batch.buffer.bytes.slice(from: position))
            batch.buffer.keepFirst(position)
        } else {
            batch.buffer.append(buffer.bytes.slice(0, position))
            buffer.removeFirst(position)
        }
        origin += UInt64(position)
        position = 0
        return .packets
    }

    /// Notes in the description what goes out.
    private mutating func report(_ event: SourceEvent) -> SourceEvent {
        switch event {
        case .interface(let interface): description.interfaces.append(interface)
        case .drops(_, let count): description.dropped &+= count
        case .secrets: description.decryptionSecrets &+= 1
        case .names(let names): description.recordedNames &+= UInt64(names.count)
        case .captureEnded(let end):
            description.fault = end.fault
            description.ended = true
            hasEnded = true
        default: break
        }
        return event
    }

    /// The input is at its end and the parser wants more.
    private func atEnd(of end: InputEnd) -> SourceEvent {
        let rest = buffer.count - position
        switch end {
        case .failed(let kind, let message): return ended(fault(kind, message))
        case .clean where rest == 0 && tally.frame > 0 || description.format != "unknown" && rest == 0:
            return ended(nil)
        case .clean:
            return ended(
                fault(
                    .truncated,
                    "the capture ends in the middle of a record: \(rest) of at least \(needed) octets are there"))
        }
    }

    private func fault(_ kind: FaultKind, _ message: String) -> CaptureFault {
        CaptureFault(kind: kind, offset: origin + UInt64(position), frame: tally.frame, message: message)
    }

    private func ended(_ fault: CaptureFault?) -> SourceEvent {
        .captureEnded(CaptureEnd(capture: tally.capture, fault: fault))
    }
}
