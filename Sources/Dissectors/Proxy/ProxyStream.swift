import ByteParsing
import PacketModel

/// A connection that begins with a header of the PROXY protocol; all behind it is forwarded.
public final class ProxyStream: StreamDissector {
    public static var protocolID: ProtocolID { .proxy }

    private let context: DissectionContext
    private let messages: MessageStore<ProxyMessage>
    /// Which way the header was sent, once it has been read.
    private var sender: Direction?
    public private(set) var child: ChildStream?

    public init(_ context: DissectionContext) {
        self.context = context
        messages = context.store(of: ProxyMessage.self)
    }

    public func reset() {
        sender = nil
        child = nil
    }

    public static func probe(_ bytes: borrowing RawSpan, serverPort: UInt16, clientPort: UInt16) -> ProbeVerdict {
        guard bytes.byteCount > 0, bytes.u8(0) == UInt8(ascii: "P") || bytes.u8(0) == 0x0D else { return .notMine }
        switch ProxyHeader.read(copy bytes) {
        case .whole: return .certain
        case .unfinished: return bytes.byteCount >= ProxyHeader.tellingBytes ? .certain : .unsure
        case .malformed, .foreign: return .notMine
        }
    }

    public func consume(_ bytes: borrowing RawSpan, from direction: Direction) -> StreamStep {
        let view = copy bytes
        var start = 0
        if sender == nil {
            switch ProxyHeader.read(view) {
            case .whole(var message):
                sender = direction
                start = Int(message.headerBytes)
                context.emit(to: messages, at: 0, fault: nil, copying: &message)
                child = ChildStream(context, Self.ports(context.current, clientSends: direction))
            case .unfinished: return StreamStep(taken: 0)
            // The other side speaks first, or the header is none: what comes belongs to nobody.
            case .malformed, .foreign: return StreamStep(taken: view.byteCount, ignoreRest: true)
            }
        }
        guard let child, start < view.byteCount else { return StreamStep(taken: start) }
        child.forward(view.slice(from: start), from: direction, shownAt: start)
        return StreamStep(taken: view.byteCount, ignoreRest: child.isDone)
    }

    private static func ports(_ envelope: MessageEnvelope, clientSends direction: Direction) -> StreamPorts {
        envelope.direction == direction
            ? StreamPorts(server: envelope.destination.port, client: envelope.source.port)
            : StreamPorts(server: envelope.source.port, client: envelope.destination.port)
    }

    public func gap(_ unfinished: borrowing RawSpan, length: Int, from direction: Direction) {
        child?.gap(length, from: direction)
    }

    public func finish(
        _ unfinished: borrowing RawSpan, missing: Int, ending: StreamEnding, from direction: Direction
    ) {
        child?.end(ending, from: direction)
    }
}
