import ByteParsing
import PacketModel

/// HTTP/1.0 and 1.1 (RFC 9112) over one connection: headers become messages, bodies are counted and
/// passed over.
///
/// A message is reported when its body has ended, at the frame that ended it. The few responses whose
/// body may name the failure have the first octets of it looked at; nothing of a body is kept. What a
/// proxy carries behind an accepted CONNECT is another stream's.
public final class HTTPStream: StreamDissector {
    public static var protocolID: ProtocolID { .http }

    private let context: DissectionContext
    private let scratches: HTTPScratchPool
    private let connection = RefCell(HTTPConnection())
    /// In a cell, for every segment asks.
    private let childCell = RefCell<ChildStream?>(nil)
    public var child: ChildStream? { childCell.value }

    public init(_ context: DissectionContext) {
        self.context = context
        scratches = context.shared(HTTPScratchPool(context))
    }

    public func reset() {
        connection.value.reset()
        childCell.value = nil
    }

    public static func probe(_ bytes: borrowing RawSpan, serverPort: UInt16, clientPort: UInt16) -> ProbeVerdict {
        HTTPStartLine.probe(copy bytes)
    }

    public func consume(_ bytes: borrowing RawSpan, from direction: Direction) -> StreamStep {
        let view = copy bytes
        if child != nil { return forward(view, at: 0, from: direction) }
        let scratch = connection.value.scratch(of: scratches)
        let step = connection.value.consume(view, from: direction, into: context, &scratch.value)
        guard step.ignoreRest, let port = connection.value.tunnelPort else { return step }
        childCell.value = ChildStream(
            context, StreamPorts(server: port, client: context.current.clientPort(direction)))
        return forward(view, at: step.taken, from: direction)
    }

    /// Forwards the octets behind `offset` to the tunnel.
    private func forward(_ bytes: RawSpan, at offset: Int, from direction: Direction) -> StreamStep {
        guard let child else { return StreamStep(taken: bytes.byteCount) }
        child.forward(bytes.slice(from: offset), from: direction, shownAt: offset)
        return StreamStep(taken: bytes.byteCount, ignoreRest: child.isDone)
    }

    public func gap(_ unfinished: borrowing RawSpan, length: Int, from direction: Direction) {
        if let child { return child.gap(length, from: direction) }
        let scratch = connection.value.scratch(of: scratches)
        connection.value.gap(copy unfinished, length: length, from: direction, into: context, &scratch.value)
    }

    public func finish(
        _ unfinished: borrowing RawSpan, missing: Int, ending: StreamEnding, from direction: Direction
    ) {
        if let child { child.end(ending, from: direction) }
        let scratch = connection.value.scratch(of: scratches)
        connection.value.finish(
            copy unfinished, missing: missing, ending: ending, from: direction, into: context, &scratch.value)
    }
}

extension MessageEnvelope {
    /// The client's port, where the server sends in this direction.
    fileprivate func clientPort(_ serverSends: Direction) -> UInt16 {
        direction == serverSends ? destination.port : source.port
    }
}
