import PacketModel
import ByteParsing

/// Kerberos over TCP: each message behind a four-octet length (RFC 4120, 7.2.2).
public final class KerberosStream: StreamDissector {
    public static var protocolID: ProtocolID { .kerberos }

    private let sides = Cell(Sides())
    private let outlet: Outlet

    public init(_ context: DissectionContext) {
        outlet = Outlet(context: context, messages: context.store(of: KerberosMessage.self))
    }

    public func reset() {
        sides.value = Sides()
    }

    /// `certain` where a record mark, a message tag and the message's own length agree, on any port.
    ///
    /// On port 88 any octets that are not text will do: where the first ones were lost, or the capture
    /// begins amid a message, the reader finds its way back into step by itself.
    public static func probe(_ bytes: borrowing RawSpan, serverPort: UInt16, clientPort: UInt16) -> ProbeVerdict {
        let record = KerberosRecord(bytes, at: 0)
        if serverPort == 88 || clientPort == 88 {
            switch record.judgement {
            case .certain, .likely: return .certain
            case .unsure: return .unsure
            case .foreign: return isText(bytes) ? .notMine : .certain
            }
        }
        switch record.judgement {
        case .certain: return record.length <= KerberosRecord.maximumLength ? .certain : .notMine
        // No message worth a claim is so long that its mark does not begin with a zero octet.
        case .unsure: return bytes.byteCount == 0 || bytes.u8(0) == 0 ? .unsure : .notMine
        case .likely, .foreign: return .notMine
        }
    }

    /// Whether the first octets are printable ASCII, as those of HTTP are.
    private static func isText(_ bytes: borrowing RawSpan) -> Bool {
        for index in 0..<min(bytes.byteCount, 8) where bytes.u8(index) < 0x20 || bytes.u8(index) > 0x7E {
            return false
        }
        return true
    }

    public func consume(_ bytes: borrowing RawSpan, from direction: Direction) -> StreamStep {
        let view = copy bytes
        if direction == .forward { return sides.value.forward.consume(view, outlet) }
        return sides.value.backward.consume(view, outlet)
    }

    public func gap(_ unfinished: borrowing RawSpan, length: Int, from direction: Direction) {
        let view = copy unfinished
        if direction == .forward {
            sides.value.forward.gap(view, length: length, outlet)
        } else {
            sides.value.backward.gap(view, length: length, outlet)
        }
    }

    public func finish(
        _ unfinished: borrowing RawSpan, missing: Int, ending: StreamEnding, from direction: Direction
    ) {
        outlet.emitUnfinished(copy unfinished)
    }

    /// Where messages go.
    private struct Outlet {
        let context: DissectionContext
        let messages: MessageStore<KerberosMessage>

        func emit(_ message: RawSpan, at offset: Int) {
            context.emit(to: messages, at: offset) {
                KerberosDecoder.decode(message, extent: .whole, names: context.names, into: &$0)
                    .map { LayerFault($0, layer: .kerberos) }
            }
        }

        /// Reports what there is of a message that will not become whole.
        func emitUnfinished(_ unfinished: RawSpan) {
            guard unfinished.byteCount > KerberosRecord.markLength else { return }
            switch KerberosRecord(unfinished, at: 0).judgement {
            case .foreign: return
            case .unsure, .likely, .certain: break
            }
            context.emit(to: messages, at: 0) {
                let fault =
                    KerberosDecoder.decode(
                        unfinished.slice(from: KerberosRecord.markLength), names: context.names, into: &$0)
                    ?? ParseFault(.truncated, at: unfinished.byteCount - KerberosRecord.markLength)
                return LayerFault(fault, layer: .kerberos)
            }
        }

        /// Reports a message of which only the type is read.
        func emitOversized(_ message: RawSpan, at offset: Int) {
            context.emit(to: messages, at: offset) {
                $0.type = KerberosMessageType(rawValue: Int32(message.u8(0) & 0x1F))
                return LayerFault(.unsupported, layer: .kerberos, at: 0)
            }
        }
    }

    private struct Sides: BitwiseCopyable {
        var forward = Side()
        var backward = Side()
    }

    /// One direction of the connection.
    private struct Side: BitwiseCopyable {
        /// Whether the octets shown next begin a record, as far as is known.
        var isAligned = true
        /// Octets to pass over until the next record begins.
        var remainder = 0

        mutating func consume(_ bytes: RawSpan, _ outlet: Outlet) -> StreamStep {
            var offset = 0
            if remainder > 0 {
                let passed = min(remainder, bytes.byteCount)
                let rest = remainder - passed
                remainder = 0
                if rest > 0 { return StreamStep(taken: passed, skip: rest) }
                offset = passed
            }
            while offset < bytes.byteCount {
                let record = KerberosRecord(bytes, at: offset)
                switch record.judgement {
                case .unsure:
                    return StreamStep(taken: offset, wanted: KerberosRecord.judgedLength)
                case .foreign:
                    // Out of step: the next octets that come may begin a record again.
                    isAligned = false
                    return StreamStep(taken: bytes.byteCount)
                case .likely where !isAligned:
                    return StreamStep(taken: bytes.byteCount)
                case .likely, .certain:
                    break
                }
                isAligned = true
                let start = offset + KerberosRecord.markLength
                if record.length > KerberosRecord.maximumLength {
                    outlet.emitOversized(bytes.slice(from: start), at: offset)
                    let here = min(record.length, bytes.byteCount - start)
                    offset = start + here
                    if here < record.length { return StreamStep(taken: offset, skip: record.length - here) }
                    continue
                }
                guard bytes.byteCount - start >= record.length else {
                    return StreamStep(taken: offset, wanted: KerberosRecord.markLength + record.length)
                }
                outlet.emit(bytes.slice(start, start + record.length), at: offset)
                offset = start + record.length
            }
            return StreamStep(taken: offset)
        }

        mutating func gap(_ unfinished: RawSpan, length: Int, _ outlet: Outlet) {
            if unfinished.byteCount == 0, remainder > 0, length > 0, length <= remainder {
                remainder -= length
                return
            }
            outlet.emitUnfinished(unfinished)
            let record = KerberosRecord(unfinished, at: 0)
            let missing = KerberosRecord.markLength + record.length - unfinished.byteCount
            switch record.judgement {
            case .certain, .likely:
                // The mark still says where the next record begins, where the hole does not reach past it.
                isAligned = length > 0 && length <= missing
                remainder = isAligned ? missing - length : 0
            case .unsure, .foreign:
                isAligned = false
                remainder = 0
            }
        }
    }
}
