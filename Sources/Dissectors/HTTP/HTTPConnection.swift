import PacketModel
import ByteParsing

/// The state of one connection: where each side stands in its octets, and which requests wait for
/// their response.
struct HTTPConnection: ~Copyable {
    /// The longest header that is read; a longer one is reported as `unsupported`.
    static let maximumHeaderBytes = 128 << 10
    /// The longest line with a chunk's size and extensions, and all trailer lines together.
    static let maximumChunkLineBytes = 16 << 10
    /// How much of a body is looked at, at most, its chunk sizes included.
    static let lookedAtBodyBytes = 2048
    /// The largest step over a body; a longer body takes several.
    static let longestSkip = 1 << 40

    private var sides: InlineArray<2, HTTPSide> = InlineArray(repeating: HTTPSide())
    var requests = HTTPRequestQueue()
    /// Where open messages lie.
    private var scratch: RefCell<HTTPParserScratch>?
    /// The port that a tunnel leads to, once a proxy has accepted a CONNECT.
    var tunnelPort: UInt16?
    /// The port that the latest CONNECT named.
    var askedPort: UInt16 = 443

    init() {}

    deinit { Self.abandon(sides, scratch) }

    /// Forgets everything: what follows is another connection.
    mutating func reset() {
        Self.abandon(sides, scratch)
        sides = InlineArray(repeating: HTTPSide())
        requests.removeAll()
        tunnelPort = nil
    }

    /// Gives back the drafts of messages that nobody has ended, unless somebody is at work among them.
    private static func abandon(_ sides: InlineArray<2, HTTPSide>, _ scratch: RefCell<HTTPParserScratch>?) {
        guard let scratch, scratch.isFree else { return }
        for index in 0..<2 where sides[index].open > 0 { scratch.value.recycle(sides[index].open) }
    }

    /// Where this connection is read: where it was before, unless another connection is being read there, within which
    /// this one is.
    mutating func scratch(of pool: HTTPScratchPool) -> RefCell<HTTPParserScratch> {
        if let scratch, scratch === pool.usual, scratch.isFree { return scratch }
        let found = pool.scratch(after: scratch)
        if found === scratch { return found }
        Self.abandon(sides, scratch)
        for index in 0..<2 {
            sides[index].open = 0
            sides[index].lines = 0
        }
        scratch = found
        return found
    }

    /// The side that sends in a direction, whose octets are about to be read.
    private func side(_ direction: Direction) -> HTTPSide { sides[direction.index] }

    mutating func consume(
        _ bytes: RawSpan, from direction: Direction, into context: DissectionContext,
        _ scratch: inout HTTPParserScratch
    ) -> StreamStep {
        var side = side(direction)
        side.direction = direction
        let step = advance(&side, over: bytes, context, &scratch)
        side.passed &+= step.taken &+ step.skip
        sides[direction.index] = side
        if step.ignoreRest { sides[direction.reversed.index].phase = .tunnel }
        return step
    }

    private mutating func advance(
        _ side: inout HTTPSide, over bytes: RawSpan, _ context: DissectionContext, _ scratch: inout HTTPParserScratch
    ) -> StreamStep {
        let count = bytes.byteCount
        var position = 0
        while true {
            switch side.phase {
            case .start:
                release(&side, at: position, context, &scratch)
                // Empty lines before a message are passed over (RFC 9112, 2.2).
                while position < count, bytes.u8(position).isLineEnd { position += 1 }
                if position == count { return StreamStep(taken: count) }
                switch HTTPStartLine.judge(bytes.slice(from: position)) {
                case .unsure: return StreamStep(taken: position)
                case .request, .response: side.phase = .header
                case .neither:
                    reportUnreadable(side, at: position, context, &scratch)
                    side.phase = .lost
                    requests.removeAll()
                    return StreamStep(taken: count)
                }
                if let step = advanceOverHeader(&side, bytes, &position, context, &scratch) { return step }
            case .header:
                if let step = advanceOverHeader(&side, bytes, &position, context, &scratch) { return step }
            case .complete(let length, let awaited):
                if let awaited, !Self.showsEnoughBody(bytes.slice(from: position + length), awaited) {
                    return StreamStep(taken: position)
                }
                if let step = readHeader(&side, bytes, length, &position, context, &scratch) { return step }
            case .body(let length):
                let available = count - position
                if length <= UInt64(available) {
                    position += Int(length)
                    side.phase = .start
                } else {
                    let skip = Int(min(length, UInt64(Self.longestSkip)))
                    side.phase = .body(length - UInt64(skip))
                    return StreamStep(taken: position, skip: skip)
                }
            case .chunkSize:
                guard let line = Self.line(bytes, from: position, &side.scanned) else {
                    return waitForLine(&side, bytes, position, context, &scratch)
                }
                guard let size = Self.chunkSize(bytes.slice(position, line)) else {
                    lose(&side, .malformed, at: position, context, &scratch)
                    return StreamStep(taken: count)
                }
                position = line
                if size == 0 {
                    side.trailerBytes = 0
                    side.phase = .trailer
                } else {
                    let available = count - position
                    side.phase = .chunkEnd
                    if size > available { return StreamStep(taken: position, skip: size) }
                    position += size
                }
            case .chunkEnd:
                if position == count { return StreamStep(taken: count) }
                if bytes.u8(position) == 0x0A {
                    position += 1
                } else if bytes.u8(position) == 0x0D {
                    if position + 1 == count { return StreamStep(taken: position) }
                    position += bytes.u8(position + 1) == 0x0A ? 2 : 1
                } else {
                    lose(&side, .malformed, at: position, context, &scratch)
                    return StreamStep(taken: count)
                }
                side.phase = .chunkSize
            case .trailer:
                guard let line = Self.line(bytes, from: position, &side.scanned) else {
                    return waitForLine(&side, bytes, position, context, &scratch)
                }
                side.trailerBytes += line - position
                let isEmpty = line - position == 1 || line - position == 2 && bytes.u8(position) == 0x0D
                position = line
                if isEmpty {
                    side.phase = .start
                } else if side.trailerBytes > Self.maximumChunkLineBytes {
                    lose(&side, .malformed, at: position, context, &scratch)
                    return StreamStep(taken: count)
                }
            case .untilClose:
                return StreamStep(taken: count, skip: Self.longestSkip)
            case .lost:
                if position == count { return StreamStep(taken: count) }
                // Only octets that open what is shown may begin a message: inside a body nothing does.
                if position > 0 { return StreamStep(taken: count) }
                switch HTTPStartLine.probe(bytes) {
                case .certain: side.phase = .start
                case .unsure: return StreamStep(taken: 0)
                case .notMine: return StreamStep(taken: count)
                }
            case .tunnel:
                return StreamStep(taken: position, ignoreRest: true)
            }
        }
    }

    /// Looks for the end of the header that begins at `position`, and reads it; where that cannot be, what to do
    /// instead.
    @inline(__always)
    private mutating func advanceOverHeader(
        _ side: inout HTTPSide, _ bytes: RawSpan, _ position: inout Int, _ context: DissectionContext,
        _ scratch: inout HTTPParserScratch
    ) -> StreamStep? {
        let end = Self.headerEnd(
            bytes, from: position, scanned: &side.scanned, account: &side.lines, lines: &scratch.reader.lines)
        guard let end else {
            let count = bytes.byteCount
            guard count - position > Self.maximumHeaderBytes else { return StreamStep(taken: position) }
            let fault = LayerFault(.unsupported, layer: .http, at: count - position)
            report(bytes.slice(from: position), isWhole: false, fault: fault, at: position, &side, context, &scratch)
            lose(&side, .unsupported, at: position, context, &scratch)
            return StreamStep(taken: count)
        }
        side.scanned = 0
        return readHeader(&side, bytes, end - position, &position, context, &scratch)
    }

    /// Reads the header of so many octets at `position`, and passes over it; where its body must be there first, waits.
    @inline(never)
    private mutating func readHeader(
        _ side: inout HTTPSide, _ bytes: RawSpan, _ length: Int, _ position: inout Int, _ context: DissectionContext,
        _ scratch: inout HTTPParserScratch
    ) -> StreamStep? {
        let end = position + length
        let draft = scratch.acquire()
        let (framing, fault) = read(bytes.slice(position, end), isWhole: true, into: draft, context, &scratch)
        if Self.wantsLook(&scratch.drafts[draft].header, framing, answering: requests.first()),
            !Self.showsEnoughBody(bytes.slice(from: end), framing)
        {
            scratch.recycle(draft)
            side.phase = .complete(header: length, body: framing)
            return StreamStep(taken: position)
        }
        emit(draft, framing, fault, body: bytes.slice(from: end), at: position, &side, context, &scratch)
        position = end
        side.phase = Self.phase(after: framing)
        if framing == .tunnel || framing == .unknown { release(&side, at: position, context, &scratch) }
        return nil
    }

    mutating func gap(
        _ unfinished: RawSpan, length: Int, from direction: Direction, into context: DissectionContext,
        _ scratch: inout HTTPParserScratch
    ) {
        var side = side(direction)
        side.direction = direction
        let framing = conclude(&side, unfinished, context, &scratch)
        switch side.phase {
        case .untilClose, .tunnel: break
        case .complete(let header, _):
            // The header was whole and is reported: the hole lies in its body.
            let passed = UInt64(unfinished.byteCount - header + length)
            if length > 0, case .length(let total) = framing, passed <= total {
                side.phase = passed == total ? .start : .body(total - passed)
            } else if framing == .untilClose {
                side.phase = .untilClose
            } else {
                lose(&side, .truncated, at: 0, context, &scratch)
            }
        default: lose(&side, .truncated, at: 0, context, &scratch)
        }
        side.passed &+= unfinished.byteCount &+ length
        sides[direction.index] = side
    }

    mutating func finish(
        _ unfinished: RawSpan, missing: Int, ending: StreamEnding, from direction: Direction,
        into context: DissectionContext,
        _ scratch: inout HTTPParserScratch
    ) {
        var side = side(direction)
        side.direction = direction
        // Of a body that was to be passed over, what came counts.
        side.passed &-= missing
        let framing = conclude(&side, unfinished, context, &scratch)
        // A body that ends with the connection is whole where the connection was closed in order.
        let endsHere = side.phase == .untilClose || framing == .untilClose
        let isWhole = side.phase == .start || endsHere && ending == .closed
        release(&side, at: 0, context, &scratch, cutBy: isWhole ? nil : .truncated)
        side.phase = .lost
        sides[direction.index] = side
    }

    /// Reports what `unfinished` holds of a message. Returns the framing of a whole header that was
    /// only waiting for its body.
    @discardableResult
    private mutating func conclude(
        _ side: inout HTTPSide, _ unfinished: RawSpan, _ context: DissectionContext, _ scratch: inout HTTPParserScratch
    ) -> HTTPBodyFraming? {
        switch side.phase {
        case .complete(let length, _) where length <= unfinished.byteCount:
            let draft = scratch.acquire()
            let (framing, fault) = read(unfinished.slice(0, length), isWhole: true, into: draft, context, &scratch)
            emit(draft, framing, fault, body: unfinished.slice(from: length), at: 0, &side, context, &scratch)
            return framing
        case .start, .header:
            var start = 0
            while start < unfinished.byteCount, unfinished.u8(start).isLineEnd { start += 1 }
            let message = unfinished.slice(from: start)
            // A word that is only the beginning of a line could be anything.
            guard HTTPStartLine.namesMessage(message) else { return nil }
            let fault = LayerFault(.truncated, layer: .http, at: message.byteCount)
            report(message, isWhole: false, fault: fault, at: start, &side, context, &scratch)
            return nil
        default: return nil
        }
    }
}
