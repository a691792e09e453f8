import ByteParsing
import PacketModel

/// What the connections of a run share: few of them have a message open between two segments, and only one
/// reads at a time.
struct HTTPParserScratch: ~Copyable {
    /// The reader of headers, with its scratch.
    var reader = HTTPHeaderReader()
    /// The messages that are open. The first is blank, and what new ones are made from.
    var drafts = RecordArray<HTTPDraft>(maximumCount: .max, initialCapacity: 8)
    /// Drafts to be used again.
    private var free = RecordArray<Int32>(maximumCount: .max)
    private let messages: MessageStore<HTTPMessage>

    init(_ messages: MessageStore<HTTPMessage>) {
        self.messages = messages
        _ = drafts.append(HTTPDraft())
    }

    /// The index of a draft of which nothing has been read.
    mutating func acquire() -> Int {
        guard let last = free.removeLast() else { return drafts.append(copyOf: 0) ?? 0 }
        drafts.copy(from: 0, to: Int(last))
        return Int(last)
    }

    /// Takes back a draft whose message has been reported, or never will be.
    mutating func recycle(_ draft: Int) { _ = free.append(Int32(truncatingIfNeeded: draft)) }

    /// Reports the message of a draft, whose body ends at `offset` of the octets shown, before which `passed` octets
    /// of its side were.
    mutating func emit(
        _ draft: Int, passed: Int, at offset: Int, cutBy: FaultKind?, into context: DissectionContext
    ) {
        let start = drafts[draft].start
        let fault = drafts[draft].fault ?? cutBy.map { LayerFault($0, layer: .http, at: passed &+ offset &- start) }
        context.emit(
            to: messages, at: start &- passed, firstFrame: drafts[draft].firstFrame, fault: fault,
            copying: &drafts[draft].header.message)
    }

    /// Reports a response of which nothing can be read.
    func emitUnreadable(at offset: Int, into context: DissectionContext) {
        var message = HTTPMessage(kind: .response)
        context.emit(
            to: messages, at: offset, fault: LayerFault(.malformed, layer: .http, at: 0), copying: &message)
    }
}

/// The scratches of a run: one, and a further one for each connection that is read within others at the same time.
final class HTTPScratchPool {
    private let messages: MessageStore<HTTPMessage>
    /// The one that nearly all connections use.
    let usual: RefCell<HTTPParserScratch>
    private var further: [RefCell<HTTPParserScratch>] = []

    init(_ context: DissectionContext) {
        messages = context.store(of: HTTPMessage.self)
        usual = RefCell(HTTPParserScratch(messages))
    }

    /// A scratch with which nobody is at work: the one that was used before, if it is.
    func scratch(after last: RefCell<HTTPParserScratch>?) -> RefCell<HTTPParserScratch> {
        if let last, last.isFree, further.contains(where: { $0 === last }) { return last }
        if usual.isFree { return usual }
        if let free = further.first(where: \.isFree) { return free }
        let another = RefCell(HTTPParserScratch(messages))
        further.append(another)
        return another
    }
}
