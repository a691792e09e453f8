import PacketModel
import ByteParsing
import Pcap
import Platform

/// Packets as they pass an interface of this machine.
public final class LiveSource: PacketSource {
    private enum Phase {
        case announce, running
        /// What came before the request to stop is still read.
        case stopping(Stop)
        /// The last packet has been read; the last losses are still to be told.
        case read(String?)
        case closing(String?)
        case ended, finished
    }

    /// When the request to stop was seen, on both clocks.
    private struct Stop {
        /// Packets of up to then are read.
        var time: Int64
        /// From then on nothing more can come that came before.
        var idleDeadline: Int64
        /// Reading ends then, whatever the clock by which packets are stamped does.
        var deadline: Int64
    }

    private let live: LiveCapture
    private let shouldStop: () -> Bool
    private var description: CaptureDescription
    private var tally: RecordTally
    private var phase = Phase.announce
    private var packets: [LiveCapture.Packet] = []
    private var lostReported: UInt64 = 0
    private var nextLossCheck: Int64 = 0

    private static let batchOctets = 1 << 18
    private static let batchPackets = 4096
    /// Packets asked for at a time: few, for each may be as long as packets can be.
    private static let packetsAtOnce = 64
    private static let longestStop: Int64 = 5_000_000_000

    /// Captures from `live`, which was opened on the interface `name`, until `shouldStop` says so. That is asked before
    /// every batch, however much is waiting; what came before is still read.
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
        case .stopping(let stop): return stopping(&batch, stop)
        case .read(let failure):
            phase = .closing(failure)
            return newlyLost() ?? end(failure)
        case .closing(let failure): return end(failure)
        case .ended, .finished:
            phase = .finished
            return .finished
        }
    }

    private func running(_ batch: inout PacketBatch) -> SourceEvent {
        let now = Clock.monotonicNanoseconds
        // Whatever is handed over after this look at the clock came not much before it.
        let before = Clock.nanosecondsSince1970
        if shouldStop() {
            let stop = Stop(
                time: before, idleDeadline: now + LiveCapture.handOverLimit, deadline: now + Self.longestStop)
            phase = .stopping(stop)
            return stopping(&batch, stop)
        }
        if now >= nextLossCheck {
            nextLossCheck = now + 1_000_000_000
            if let lost = newlyLost() { return lost }
        }
        if let failure = drain(into: &batch) {
            phase = .read(failure)
            return batch.records.isEmpty ? next(into: &batch) : .packets
        }
        if !batch.records.isEmpty { return .packets }
        live.wait(milliseconds: 100)
        return .watermark(CaptureTime(nanoseconds: before - LiveCapture.handOverLimit))
    }

    /// Reads what came before the request to stop: until a packet of later turns up, or the kernel has had time to hand
    /// over what it had.
    private func stopping(_ batch: inout PacketBatch, _ stop: Stop) -> SourceEvent {
        while true {
            let failure = drain(into: &batch)
            let now = Clock.monotonicNanoseconds
            let isPast = batch.records.last.map { ($0.time?.nanoseconds ?? 0) > stop.time } ?? (now > stop.idleDeadline)
            if failure != nil || isPast || now > stop.deadline { phase = .read(failure) }
            if !batch.records.isEmpty { return .packets }
            if case .read = phase { return next(into: &batch) }
            live.wait(milliseconds: 20)
        }
    }

    private func drain(into batch: inout PacketBatch) -> String? {
        let linkType = LinkType(rawValue: live.linkType)
        while batch.records.count < Self.batchPackets, batch.buffer.count < Self.batchOctets {
            var offset = batch.buffer.count
            packets.removeAll(keepingCapacity: true)
            let failure = live.read(into: &batch.buffer, &packets, atMost: Self.packetsAtOnce)
            for packet in packets {
                batch.records.append(
                    tally.record(
                        at: offset, captured: packet.capturedLength, original: packet.originalLength,
                        time: CaptureTime(nanoseconds: packet.time), linkType: linkType))
                offset += packet.capturedLength
            }
            if failure != nil || packets.isEmpty { return failure }
        }
        return nil
    }

    /// What was lost since the last look.
    private func newlyLost() -> SourceEvent? {
        let total = live.lostPackets()
        guard total > lostReported else { return nil }
        let count = total - lostReported
        lostReported = total
        description.dropped += count
        return .drops(capture: tally.capture, count: count)
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
