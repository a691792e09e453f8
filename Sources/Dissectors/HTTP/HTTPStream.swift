import PacketModel
import ByteParsing

/// HTTP/1.0 and 1.1 (RFC 9112) over one connection: headers become messages, bodies are counted and
/// passed over.
///
/// A message is reported when its body has ended, at the frame that ended it. The few responses whose
/// body may name the failure have the first octets of it looked at; nothing of a body is kept.
public final class HTTPStream: StreamDissector {
    private let connection = RefCell(HTTPConnection())

    public init() {}

    public func reset() { connection.value.reset() }

    public static func probe(_ bytes: borrowing RawSpan, serverPort: UInt16, clientPort: UInt16) -> ProbeVerdict {
        HTTPStartLine.probe(copy bytes)
    }

    public func consume(
        _ bytes: borrowing RawSpan, from direction: Direction, into context: DissectionContext
    ) -> StreamStep {
        let workshop = connection.value.workshop(in: context)
        return connection.value.consume(copy bytes, from: direction, into: context, &workshop.value)
    }

    public func gap(
        _ unfinished: borrowing RawSpan, length: Int, from direction: Direction, into context: DissectionContext
    ) {
        let workshop = connection.value.workshop(in: context)
        connection.value.gap(copy unfinished, length: length, from: direction, into: context, &workshop.value)
    }

    public func finish(
        _ unfinished: borrowing RawSpan, missing: Int, ending: StreamEnding, from direction: Direction,
        into context: DissectionContext
    ) {
        let workshop = connection.value.workshop(in: context)
        connection.value.finish(
            copy unfinished, missing: missing, ending: ending, from: direction, into: context, &workshop.value)
    }
}
