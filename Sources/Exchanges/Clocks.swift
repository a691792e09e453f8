import Collections
import PacketModel
import ByteParsing
import Dissectors

/// Every host's clock against the capture's, narrowed down with every reading.
///
/// A reading taken on the way to the capture is never later than its capture: the host wrote the
/// time, then the packet travelled. So a reading of resolution r bounds the offset from above by
/// `reading + r − captured`, and from below by `reading − captured` less the time between the
/// request that caused it and the reply that carried it.
///
/// Where the capture's own clock was set back, readings go on being compared with the clock as it
/// was before: else every host's clock would seem to have been set forward.
///
/// Bounded: a clock that has not been read for long makes room.
struct Clocks {
    private var clocks = BoundedTable<HostKey, HostClock>(maximumCount: maximumHosts)
    static let maximumHosts = 4096

    struct HostKey: QuicklyHashed {
        var point: UInt16
        var host: IPAddress

        var hashWord: UInt64 { host.hashWord ^ UInt64(point) << 40 }
    }

    /// Takes a reading. `turnaround` is the time from the request to the reply that carried it,
    /// `shift` by how much the capture's clock has been set back so far.
    mutating func read(
        _ source: ClockSource, host: IPAddress, point: UInt16, reading: CaptureTime, resolution: Int64,
        captured: CaptureTime, shift: Int64, turnaround: Int64, frame: FrameReference
    ) {
        let key = HostKey(point: point, host: host)
        let base = reading.nanoseconds(since: captured.advanced(byNanoseconds: shift))
        let highest = base.addingReportingOverflow(resolution.addingReportingOverflow(max(turnaround, 0)).partialValue)
        guard !highest.overflow else { return }
        let first = HostClock(
            point: point, host: host, lowestOffset: base, highestOffset: highest.partialValue, samples: 0,
            source: source,
            frame: frame, time: captured)
        clocks.update(key, initial: first) { $0.read(base, highest.partialValue, source, frame, captured) }
    }

    /// Clocks that have made room for others.
    var forgottenCount: UInt64 { clocks.forgottenCount }

    /// The clocks by observation point and address.
    var all: [HostClock] {
        clocks.entries.map(\.value).sorted { $0.point != $1.point ? $0.point < $1.point : $0.host < $1.host }
    }
}

extension HostClock {
    /// Takes a further reading, which puts the offset between these bounds.
    fileprivate mutating func read(
        _ base: Int64, _ highest: Int64, _ source: ClockSource, _ frame: FrameReference, _ captured: CaptureTime
    ) {
        if samples < .max { samples += 1 }
        let lowest = max(lowestOffset, base)
        let high = min(highestOffset, highest)
        if lowest <= high {
            lowestOffset = lowest
            highestOffset = high
        } else {
            // The clock was set, or drifts: the newest reading stands for itself.
            lowestOffset = base
            highestOffset = highest
            self.frame = frame
            time = captured
            self.source = source
        }
    }
}
