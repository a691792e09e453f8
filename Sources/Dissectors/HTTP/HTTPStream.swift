import ByteParsing

/// HTTP/1.0 and 1.1 (RFC 9112).
public final class HTTPStream: StreamDissector {
    public init() {}
    public static func probe(_ bytes: borrowing RawSpan, serverPort: UInt16, clientPort: UInt16) -> ProbeVerdict {
        .notMine
    }
    public func consume(_ bytes: borrowing RawSpan, from direction: Direction, into context: DissectionContext) -> StreamStep {
        StreamStep(taken: bytes.byteCount)
    }
    public func gap(_ unfinished: borrowing RawSpan, length: Int, from direction: Direction, into context: DissectionContext) {}
    public func finish(_ unfinished: borrowing RawSpan, ending: StreamEnding, from direction: Direction, into context: DissectionContext) {}
}
