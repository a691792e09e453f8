// Shows the octets of a connection to a dissector by the very code that flows use.
import PacketModel
import ByteParsing
import Dissectors
import Reporting

/// What was read of a connection: the messages with frames left out, and for each the frames of its first and last
/// octet.
struct StreamReading: Equatable {
    var records = ""
    var frames: [[UInt64]] = []
}

/// A connection cut into segments, each a frame whose number is the place of its last octet.
struct StreamFeed: ~Copyable {
    private let context: DissectionContext
    private var node = StreamNode()

    /// A connection that this protocol reads.
    init(_ module: any ProtocolModule.Type) {
        context = DissectionContext(names: NameTable(maximumCount: 4096), protocols: ProtocolRegistry([module]))
        node.claim(0, context)
    }

    /// A connection that nobody has claimed yet.
    init(unclaimed protocols: ProtocolRegistry) {
        context = DissectionContext(names: NameTable(maximumCount: 4096), protocols: protocols)
    }

    private mutating func send(_ octets: ArraySlice<UInt8>, _ direction: Direction) {
        note(octets.endIndex)
        let segment = Array(octets)
        node.deliver(
            segment.rawBytes, FrameMap(context.current.frame), sequence: UInt32(truncatingIfNeeded: octets.startIndex),
            direction, StreamPorts(server: 80, client: 2000), context)
    }

    private mutating func lose(_ octets: ArraySlice<UInt8>, _ direction: Direction) {
        note(octets.endIndex)
        node.gap(octets.count, direction, context)
    }

    private func note(_ end: Int) {
        context.current.frame = FrameReference(capture: 0, frame: UInt64(end))
        context.current.firstFrame = context.current.frame
    }

    private consuming func finish() -> StreamReading {
        node.end(.closed, .forward, context)
        node.end(.closed, .backward, context)
        var reading = StreamReading()
        var writer = MessageRecordWriter(names: context.names, captureNames: ["fuzz"], protocols: context.protocols)
        for var message in context.messages.all {
            reading.frames.append([message.envelope.firstFrame.frame, message.envelope.frame.frame])
            message.envelope.firstFrame = FrameReference(capture: 0, frame: 0)
            message.envelope.frame = message.envelope.firstFrame
            writer.write(message)
        }
        reading.records = writer.bytes.decodeUTF8()
        return reading
    }

    /// Reads a connection in segments of so many octets. NUL NUL turns the direction, where it may; where some are to
    /// be lost,
    /// every fifth is.
    static func read(_ bytes: [UInt8], by module: any ProtocolModule.Type, segment: Int, hasTurns: Bool, hasHoles: Bool)
        -> StreamReading
    {
        read(bytes, by: StreamFeed(module), segment: segment, hasTurns: hasTurns, hasHoles: hasHoles)
    }

    /// The same by one that may have been claimed.
    static func read(
        _ bytes: [UInt8], by feed: consuming StreamFeed, segment: Int, hasTurns: Bool, hasHoles: Bool
    ) -> StreamReading {
        var direction = Direction.forward
        for (number, range) in segments(of: bytes, segment, hasTurns: hasTurns).enumerated() {
            if range.isEmpty {
                direction = direction.reversed
            } else if hasHoles, number % 5 == 4 {
                feed.lose(bytes[range], direction)
            } else {
                feed.send(bytes[range], direction)
            }
        }
        return feed.finish()
    }

    /// Where segments lie; an empty one turns the direction.
    static func segments(of bytes: [UInt8], _ length: Int, hasTurns: Bool) -> [Range<Int>] {
        var out: [Range<Int>] = []
        var start = 0
        var position = 0
        func isTurn(_ place: Int) -> Bool {
            hasTurns && place + 1 < bytes.count && bytes[place] == 0 && bytes[place + 1] == 0
        }
        while position < bytes.count {
            if isTurn(position) {
                if start < position { out.append(start..<position) }
                out.append(position..<position)
                position += 2
                start = position
                continue
            }
            position += 1
            if position - start == length {
                out.append(start..<position)
                start = position
            }
        }
        if start < position { out.append(start..<position) }
        return out
    }
}

/// Claims that segments do not show in what is read of a connection, and that each message has the frames that brought
/// its first
/// and its last octet. The reading in segments of so many octets is returned.
@discardableResult
func claimSegments(
    _ bytes: [UInt8], _ segment: Int, hasTurns: Bool, _ module: any ProtocolModule.Type
) -> StreamReading {
    let pieces = StreamFeed.read(bytes, by: module, segment: segment, hasTurns: hasTurns, hasHoles: false)
    let whole = StreamFeed.read(bytes, by: module, segment: .max, hasTurns: hasTurns, hasHoles: false)
    claimSame(pieces.records, whole.records, "segments of \(segment) octets show in what is read")
    // One octet at a time is slow.
    guard bytes.count <= 4096, segment > 1 else { return pieces }
    let single = StreamFeed.read(bytes, by: module, segment: 1, hasTurns: hasTurns, hasHoles: false)
    claimSame(single.records, whole.records, "segments of one octet show in what is read")
    let ends = StreamFeed.segments(of: bytes, segment, hasTurns: hasTurns).map { UInt64($0.upperBound) }
    let expected = single.frames.map { frames in frames.map { frame in ends.first { $0 >= frame } ?? 0 } }
    claimSame(pieces.frames, expected, "the frames of messages in segments of \(segment) octets")
    return pieces
}
