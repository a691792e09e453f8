import ByteParsing
import Pcap
import Platform

/// Packets as they pass an interface of this machine.
public final class LiveSource: PacketSource {
    private enum Phase { case announce, running, ended, finished }

    private let live: LiveCapture
    private let shouldStop: () -> Bool
    private var description: CaptureDescription
    private var tally: RecordTally
    private var phase = Phase.announce
    private var lostReported: UInt64 = 0
    private var nextLossCheck: Int64 = 0

    private static let batchOctets = 1 << 18

    /// Captures from `live`, which was opened on the interface `name`, until `shouldStop` says so.
    public init(_ live: LiveCapture, name: String, capture: UInt16 = 0, until shouldStop: @escaping () -> Bool) {
        self.live = live
        self.shouldStop = shouldStop
        description = CaptureDescription(name: name, format: "live")
        tally = RecordTally(capture: capture, point: capture)
    }

    /// The capture, with the totals so far.
    public var captures: [CaptureDescription] {
        var current = description
        tally.note(in: &current)
        return [current]
    }

    /// There is nothing to go back to.
    public var needsSeeking: Bool { false }
    /// Packets come as they pass.
    public var isTimeOrdered: Bool { true }

    /// Hands out what has come since the last call, waiting a moment where that is nothing.
    public func next(into batch: inout PacketBatch) -> SourceEvent {
        batch.removeAll()
        switch phase {
        case .announce:
            phase = .running
            let interface = InterfaceDescription(
                capture: tally.capture, index: 0, linkType: LinkType(rawValue: live.linkType),
                snapLength: UInt32(clamping: live.snapLength), name: description.name, timestampResolution: "10^-9")
            description.interfaces = [interface]
            return .interface(interface)
        case .running: return running(&batch)
        case .ended, .finished:
            phase = .finished
            return .finished
        }
    }

    private func running(_ batch: inout PacketBatch) -> SourceEvent {
        if let lost = newlyLost() { return .drops(capture: tally.capture, count: lost) }
        // Whatever arrives after this look at the clock is not older than it.
        let before = Clock.nanosecondsSince1970
        if let failure = drain(into: &batch) { return batch.records.isEmpty ? end(failure) : .packets }
        if !batch.records.isEmpty { return .packets }
        if shouldStop() { return end(nil) }
        live.wait(milliseconds: 100)
        return .watermark(CaptureTime(nanoseconds: before))
    }

    private func drain(into batch: inout PacketBatch) -> String? {
        let linkType = LinkType(rawValue: live.linkType)
        while batch.records.count < 4096, batch.buffer.count < Self.batchOctets {
            let offset = batch.buffer.count
            switch live.read(into: &batch.buffer) {
            case .packet(let packet):
                batch.records.append(
                    tally.record(
                        at: offset, captured: packet.capturedLength, original: packet.originalLength,
                        time: CaptureTime(nanoseconds: packet.time), linkType: linkType))
            case .idle: return nil
            case .failed(let message): return message
            }
        }
        return nil
    }

    private func newlyLost() -> UInt64? {
        let now = Clock.monotonicNanoseconds
        guard now >= nextLossCheck else { return nil }
        nextLossCheck = now + 1_000_000_000
        let total = live.lostPackets
        guard total > lostReported else { return nil }
        let count = total - lostReported
        lostReported = total
        description.dropped += count
        return count
    }

    private func end(_ failure: String?) -> SourceEvent {
        phase = .ended
        description.ended = true
        description.fault = failure.map {
            CaptureFault(
                kind: .unsupported, offset: tally.capturedBytes, frame: tally.frame, message: "capturing stopped: \($0)"
            )
        }
        return .captureEnded(CaptureEnd(capture: tally.capture, fault: description.fault))
    }
}
