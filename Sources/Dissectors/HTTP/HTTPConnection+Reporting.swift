import ByteParsing
import PacketModel

/// What is reported of a connection: messages, each at the frame that ended its body, and where the way was lost.
extension HTTPConnection {
    /// Reads a header where it stays; returns how its body ends, and what is wrong with it.
    mutating func read(
        _ bytes: RawSpan, isWhole: Bool, into draft: Int, _ context: DissectionContext,
        _ scratch: inout HTTPParserScratch
    ) -> (HTTPBodyFraming, LayerFault?) {
        scratch.reader.read(
            bytes, isWhole: isWhole, names: context.names, into: &scratch.drafts[draft].header)
        return Self.framing(of: &scratch.drafts[draft].header, answering: requests.first())
    }

    /// Reports a header that is not whole.
    mutating func report(
        _ bytes: RawSpan, isWhole: Bool, fault: LayerFault, at offset: Int, _ side: inout HTTPSide,
        _ context: DissectionContext, _ scratch: inout HTTPParserScratch
    ) {
        let draft = scratch.acquire()
        let (framing, _) = read(bytes, isWhole: isWhole, into: draft, context, &scratch)
        emit(draft, framing, fault, body: bytes.slice(from: bytes.byteCount), at: offset, &side, context, &scratch)
    }

    /// Reports a message, and counts requests and responses.
    mutating func emit(
        _ draft: Int, _ framing: HTTPBodyFraming, _ fault: LayerFault?, body: RawSpan, at offset: Int,
        _ side: inout HTTPSide, _ context: DissectionContext, _ scratch: inout HTTPParserScratch
    ) {
        let firstFrame = context.frame(at: offset)
        complete(&scratch.drafts[draft], framing, body: body, &side, context.names)
        scratch.drafts[draft].fault = fault
        scratch.drafts[draft].firstFrame = firstFrame
        scratch.drafts[draft].start = side.passed &+ offset
        release(&side, at: offset, context, &scratch)
        side.open = draft
        if fault != nil { release(&side, at: offset, context, &scratch) }
    }

    mutating func complete(
        _ draft: inout HTTPDraft, _ framing: HTTPBodyFraming, body: RawSpan, _ side: inout HTTPSide,
        _ names: NameTable
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
            if draft.header.outstanding.contains(.connect) {
                askedPort = Self.port(ofTarget: names.string(draft.header.message.target))
            }
        case .response:
            if framing == .untilClose { draft.header.message.closesConnection = true }
            if framing == .tunnel, requests.first()?.contains(.connect) == true { tunnelPort = askedPort }
            // Interim responses (RFC 9110, 15.2) come before the one that answers.
            let status = draft.header.message.status
            if status / 100 != 1 || status == 101 { requests.pop() }
        }
    }

    /// The port that the target of a CONNECT names (RFC 9110, 9.3.6); that of HTTPS where it cannot be read.
    private static func port(ofTarget target: String?) -> UInt16 {
        target?.split(separator: ":").last.flatMap { UInt16($0) } ?? 443
    }

    /// Reports the open message of a side, at the frame that ended its body.
    @inline(__always)
    func release(
        _ side: inout HTTPSide, at offset: Int, _ context: DissectionContext, _ scratch: inout HTTPParserScratch,
        cutBy: FaultKind? = nil
    ) {
        if side.open > 0 { report(&side, at: offset, context, &scratch, cutBy: cutBy) }
    }

    @inline(never)
    func report(
        _ side: inout HTTPSide, at offset: Int, _ context: DissectionContext, _ scratch: inout HTTPParserScratch,
        cutBy: FaultKind?
    ) {
        scratch.emit(side.open, passed: side.passed, at: offset, cutBy: cutBy, into: context)
        scratch.recycle(side.open)
        side.open = 0
    }

    /// A response was due and something else came: that is reported, and not guessed at.
    mutating func reportUnreadable(
        _ side: HTTPSide, at offset: Int, _ context: DissectionContext, _ scratch: inout HTTPParserScratch
    ) {
        guard side.kind != .request, let request = requests.first(), !request.contains(.connect) else { return }
        requests.pop()
        scratch.emitUnreadable(at: offset, into: context)
    }

    /// Octets no longer tell where a message begins, nor which request a response answers.
    mutating func lose(
        _ side: inout HTTPSide, _ kind: FaultKind, at offset: Int, _ context: DissectionContext,
        _ scratch: inout HTTPParserScratch
    ) {
        release(&side, at: offset, context, &scratch, cutBy: kind)
        side.phase = .lost
        side.scanned = 0
        requests.removeAll()
    }

    mutating func waitForLine(
        _ side: inout HTTPSide, _ bytes: RawSpan, _ position: Int,
        _ context: DissectionContext, _ scratch: inout HTTPParserScratch
    ) -> StreamStep {
        guard bytes.byteCount - position > Self.maximumChunkLineBytes else { return StreamStep(taken: position) }
        lose(&side, .malformed, at: position, context, &scratch)
        return StreamStep(taken: bytes.byteCount)
    }
}
