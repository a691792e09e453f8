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
    private(set) var requests = HTTPRequestQueue()
    /// Where open messages lie.
    private var workshop: RefCell<HTTPWorkshop>?

    init() {}

    deinit { Self.abandon(sides, workshop) }

    /// Forgets everything: what follows is another connection.
    mutating func reset() {
        Self.abandon(sides, workshop)
        sides = InlineArray(repeating: HTTPSide())
        requests.removeAll()
    }

    /// Gives back the places of messages that nobody has ended, unless somebody is at work among them.
    private static func abandon(_ sides: InlineArray<2, HTTPSide>, _ workshop: RefCell<HTTPWorkshop>?) {
        guard let workshop, workshop.isFree else { return }
        for index in 0..<2 where sides[index].open > 0 { workshop.value.takeBack(sides[index].open) }
    }

    /// Where this connection is read: where it was before, unless another connection is being read there, within which
    /// this one is.
    @inline(__always)
    mutating func workshop(in context: DissectionContext) -> RefCell<HTTPWorkshop> {
        if let workshop, workshop === context.http, workshop.isFree { return workshop }
        return otherWorkshop(in: context)
    }

    @inline(never)
    private mutating func otherWorkshop(in context: DissectionContext) -> RefCell<HTTPWorkshop> {
        let found = context.workshop(after: workshop)
        if found === workshop { return found }
        Self.abandon(sides, workshop)
        for index in 0..<2 {
            sides[index].open = 0
            sides[index].lines = 0
        }
        workshop = found
        return found
    }

    /// The side that sends in a direction, whose octets are about to be read.
    private func side(_ direction: Direction) -> HTTPSide { sides[direction.index] }

    mutating func consume(
        _ bytes: RawSpan, from direction: Direction, into context: DissectionContext,
        _ shop: inout HTTPWorkshop
    ) -> StreamStep {
        var side = side(direction)
        side.direction = direction
        let step = advance(&side, over: bytes, context, &shop)
        side.passed &+= step.taken &+ step.skip
        sides[direction.index] = side
        if step.ignoreRest { sides[direction.reversed.index].phase = .tunnel }
        return step
    }

    private mutating func advance(
        _ side: inout HTTPSide, over bytes: RawSpan, _ context: DissectionContext, _ shop: inout HTTPWorkshop
    ) -> StreamStep {
        let count = bytes.byteCount
        var position = 0
        while true {
            switch side.phase {
            case .start:
                release(&side, at: position, context, &shop)
                // Empty lines before a message are passed over (RFC 9112, 2.2).
                while position < count, bytes.u8(position).isLineEnd { position += 1 }
                if position == count { return StreamStep(taken: count) }
                switch HTTPStartLine.judge(bytes.slice(from: position)) {
                case .unsure: return StreamStep(taken: position)
                case .request, .response: side.phase = .header
                case .neither:
                    reportUnreadable(side, at: position, context)
                    side.phase = .lost
                    requests.removeAll()
                    return StreamStep(taken: count)
                }
                if let step = advanceOverHeader(&side, bytes, &position, context, &shop) { return step }
            case .header:
                if let step = advanceOverHeader(&side, bytes, &position, context, &shop) { return step }
            case .complete(let length, let awaited):
                if let awaited, !Self.showsEnoughBody(bytes.slice(from: position + length), awaited) {
                    return StreamStep(taken: position)
                }
                if let step = readHeader(&side, bytes, length, &position, context, &shop) { return step }
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
                    return waitForLine(&side, bytes, position, context, &shop)
                }
                guard let size = Self.chunkSize(bytes.slice(position, line)) else {
                    lose(&side, .malformed, at: position, context, &shop)
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
                    lose(&side, .malformed, at: position, context, &shop)
                    return StreamStep(taken: count)
                }
                side.phase = .chunkSize
            case .trailer:
                guard let line = Self.line(bytes, from: position, &side.scanned) else {
                    return waitForLine(&side, bytes, position, context, &shop)
                }
                side.trailerBytes += line - position
                let isEmpty = line - position == 1 || line - position == 2 && bytes.u8(position) == 0x0D
                position = line
                if isEmpty {
                    side.phase = .start
                } else if side.trailerBytes > Self.maximumChunkLineBytes {
                    lose(&side, .malformed, at: position, context, &shop)
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
                return StreamStep(taken: count, ignoreRest: true)
            }
        }
    }

    /// Looks for the end of the header that begins at `position`, and reads it; where that cannot be, what to do
    /// instead.
    @inline(__always)
    private mutating func advanceOverHeader(
        _ side: inout HTTPSide, _ bytes: RawSpan, _ position: inout Int, _ context: DissectionContext,
        _ shop: inout HTTPWorkshop
    ) -> StreamStep? {
        let end = Self.headerEnd(
            bytes, from: position, scanned: &side.scanned, account: &side.lines, lines: &shop.reader.lines)
        guard let end else {
            let count = bytes.byteCount
            guard count - position > Self.maximumHeaderBytes else { return StreamStep(taken: position) }
            let fault = LayerFault(.unsupported, layer: .http, at: count - position)
            report(bytes.slice(from: position), isWhole: false, fault: fault, at: position, &side, context, &shop)
            lose(&side, .unsupported, at: position, context, &shop)
            return StreamStep(taken: count)
        }
        side.scanned = 0
        return readHeader(&side, bytes, end - position, &position, context, &shop)
    }

    /// Reads the header of so many octets at `position`, and passes over it; where its body must be there first, waits.
    @inline(never)
    private mutating func readHeader(
        _ side: inout HTTPSide, _ bytes: RawSpan, _ length: Int, _ position: inout Int, _ context: DissectionContext,
        _ shop: inout HTTPWorkshop
    ) -> StreamStep? {
        let end = position + length
        let draft = shop.draft()
        let (framing, fault) = read(bytes.slice(position, end), isWhole: true, into: draft, context, &shop)
        if Self.wantsLook(&shop.drafts[draft].header, framing, answering: requests.first()),
            !Self.showsEnoughBody(bytes.slice(from: end), framing)
        {
            shop.takeBack(draft)
            side.phase = .complete(header: length, body: framing)
            return StreamStep(taken: position)
        }
        emit(draft, framing, fault, body: bytes.slice(from: end), at: position, &side, context, &shop)
        position = end
        side.phase = Self.phase(after: framing)
        if framing == .tunnel || framing == .unknown { release(&side, at: position, context, &shop) }
        return nil
    }

    mutating func gap(
        _ unfinished: RawSpan, length: Int, from direction: Direction, into context: DissectionContext,
        _ shop: inout HTTPWorkshop
    ) {
        var side = side(direction)
        side.direction = direction
        let framing = conclude(&side, unfinished, context, &shop)
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
                lose(&side, .truncated, at: 0, context, &shop)
            }
        default: lose(&side, .truncated, at: 0, context, &shop)
        }
        side.passed &+= unfinished.byteCount &+ length
        sides[direction.index] = side
    }

    mutating func finish(
        _ unfinished: RawSpan, missing: Int, ending: StreamEnding, from direction: Direction,
        into context: DissectionContext,
        _ shop: inout HTTPWorkshop
    ) {
        var side = side(direction)
        side.direction = direction
        // Of a body that was to be passed over, what came counts.
        side.passed &-= missing
        let framing = conclude(&side, unfinished, context, &shop)
        // A body that ends with the connection is whole where the connection was closed in order.
        let endsHere = side.phase == .untilClose || framing == .untilClose
        let isWhole = side.phase == .start || endsHere && ending == .closed
        release(&side, at: 0, context, &shop, cutBy: isWhole ? nil : .truncated)
        side.phase = .lost
        sides[direction.index] = side
    }

    /// Reports what `unfinished` holds of a message. Returns the framing of a whole header that was
    /// only waiting for its body.
    @discardableResult
    private mutating func conclude(
        _ side: inout HTTPSide, _ unfinished: RawSpan, _ context: DissectionContext, _ shop: inout HTTPWorkshop
    ) -> HTTPBodyFraming? {
        switch side.phase {
        case .complete(let length, _) where length <= unfinished.byteCount:
            let draft = shop.draft()
            let (framing, fault) = read(unfinished.slice(0, length), isWhole: true, into: draft, context, &shop)
            emit(draft, framing, fault, body: unfinished.slice(from: length), at: 0, &side, context, &shop)
            return framing
        case .start, .header:
            var start = 0
            while start < unfinished.byteCount, unfinished.u8(start).isLineEnd { start += 1 }
            let message = unfinished.slice(from: start)
            // A word that is only the beginning of a line could be anything.
            guard HTTPStartLine.namesMessage(message) else { return nil }
            let fault = LayerFault(.truncated, layer: .http, at: message.byteCount)
            report(message, isWhole: false, fault: fault, at: start, &side, context, &shop)
            return nil
        default: return nil
        }
    }

    // MARK: Reporting

    /// Reads a header where it stays; returns how its body ends, and what is wrong with it.
    private mutating func read(
        _ bytes: RawSpan, isWhole: Bool, into draft: Int, _ context: DissectionContext, _ shop: inout HTTPWorkshop
    ) -> (HTTPBodyFraming, LayerFault?) {
        shop.reader.read(
            bytes, isWhole: isWhole, names: context.names, into: &shop.drafts[draft].header)
        return Self.framing(of: &shop.drafts[draft].header, answering: requests.first())
    }

    /// Reports a header that is not whole.
    private mutating func report(
        _ bytes: RawSpan, isWhole: Bool, fault: LayerFault, at offset: Int, _ side: inout HTTPSide,
        _ context: DissectionContext, _ shop: inout HTTPWorkshop
    ) {
        let draft = shop.draft()
        let (framing, _) = read(bytes, isWhole: isWhole, into: draft, context, &shop)
        emit(draft, framing, fault, body: bytes.slice(from: bytes.byteCount), at: offset, &side, context, &shop)
    }

    /// Reports a message and keeps the account of requests and responses.
    private mutating func emit(
        _ draft: Int, _ framing: HTTPBodyFraming, _ fault: LayerFault?, body: RawSpan, at offset: Int,
        _ side: inout HTTPSide, _ context: DissectionContext, _ shop: inout HTTPWorkshop
    ) {
        let firstFrame = context.frame(at: offset)
        complete(&shop.drafts[draft], framing, body: body, &side)
        shop.drafts[draft].fault = fault
        shop.drafts[draft].firstFrame = firstFrame
        shop.drafts[draft].start = side.passed &+ offset
        release(&side, at: offset, context, &shop)
        side.open = draft
        if fault != nil { release(&side, at: offset, context, &shop) }
    }

    private mutating func complete(
        _ draft: inout HTTPDraft, _ framing: HTTPBodyFraming, body: RawSpan, _ side: inout HTTPSide
    ) {
        side.kind = draft.header.message.kind
        if Self.wantsLook(&draft.header, framing, answering: requests.first()) {
            let looked = body.slice(0, Self.lookedAtLength(body, framing))
            let status = draft.header.message.status
            if status >= 400 { draft.header.message.phrases.formUnion(HTTPErrorPhrases(in: looked)) }
            if status == 200, HTTPErrorPhrases.hasPasswordField(looked) {
                draft.header.message.phrases.insert(.logInForm)
            }
        }
        switch draft.header.message.kind {
        case .request:
            requests.push(draft.header.outstanding)
        case .response:
            if framing == .untilClose { draft.header.message.closesConnection = true }
            // Interim responses (RFC 9110, 15.2) come before the one that answers.
            let status = draft.header.message.status
            if status / 100 != 1 || status == 101 { requests.pop() }
        }
    }

    /// Reports the open message of a side, at the frame that ended its body.
    @inline(__always)
    private func release(
        _ side: inout HTTPSide, at offset: Int, _ context: DissectionContext, _ shop: inout HTTPWorkshop,
        cutBy: FaultKind? = nil
    ) {
        if side.open > 0 { report(&side, at: offset, context, &shop, cutBy: cutBy) }
    }

    @inline(never)
    private func report(
        _ side: inout HTTPSide, at offset: Int, _ context: DissectionContext, _ shop: inout HTTPWorkshop,
        cutBy: FaultKind?
    ) {
        context.emit(&shop.drafts[side.open], passed: side.passed, at: offset, cutBy: cutBy)
        shop.takeBack(side.open)
        side.open = 0
    }

    /// A response was due and something else came: that is told, not guessed at.
    private mutating func reportUnreadable(_ side: HTTPSide, at offset: Int, _ context: DissectionContext) {
        guard side.kind != .request, let request = requests.first(), !request.contains(.connect) else { return }
        requests.pop()
        let fault = LayerFault(.malformed, layer: .http, at: 0)
        var unread = HTTPMessage(kind: .response)
        context.emit(&unread, at: offset, fault: fault)
    }

    /// Octets no longer tell where a message begins, nor which request a response answers.
    private mutating func lose(
        _ side: inout HTTPSide, _ kind: FaultKind, at offset: Int, _ context: DissectionContext,
        _ shop: inout HTTPWorkshop
    ) {
        release(&side, at: offset, context, &shop, cutBy: kind)
        side.phase = .lost
        side.scanned = 0
        requests.removeAll()
    }

    private mutating func waitForLine(
        _ side: inout HTTPSide, _ bytes: RawSpan, _ position: Int,
        _ context: DissectionContext, _ shop: inout HTTPWorkshop
    ) -> StreamStep {
        guard bytes.byteCount - position > Self.maximumChunkLineBytes else { return StreamStep(taken: position) }
        lose(&side, .malformed, at: position, context, &shop)
        return StreamStep(taken: bytes.byteCount)
    }
}
