import ByteParsing
import Pcap

/// Which packets are looked at: a filter expression and a span of time.
public final class PacketSelection {
    /// Why a filter expression cannot be used.
    public typealias FilterError = PacketFilter.CompileError

    private let filter: PacketFilter?
    private let since: CaptureTime?
    private let until: CaptureTime?

    /// A selection; throws libpcap's words where the expression cannot be compiled. `hosts` are
    /// addresses or names of which a packet must have one, below up to two VLAN tags too.
    ///
    /// Packets from `since` to `until`, both included, are kept. One without a time goes with its
    /// predecessor.
    public init(filter: String? = nil, hosts: [String] = [], since: CaptureTime? = nil, until: CaptureTime? = nil)
        throws(FilterError)
    {
        let given = filter.flatMap { $0.contains(where: { !$0.isWhitespace }) ? $0 : nil }
        if hosts.isEmpty {
            self.filter = try Self.compiled(given)
        } else {
            let any = "(" + hosts.map { "host \($0)" }.joined(separator: " or ") + ")"
            // Each `vlan` moves what follows it behind one more tag, so it comes after what was given. Not
            // every link type has tags.
            let tagged = "(\(any) or (vlan and \(any)) or (vlan and \(any)))"
            let before = given.map { "(\($0)) and " } ?? ""
            self.filter = try PacketFilter(before + tagged, simpler: [before + any])
        }
        self.since = since
        self.until = until
    }

    private static func compiled(_ expression: String?) throws(FilterError) -> PacketFilter? {
        guard let expression else { return nil }
        return try PacketFilter(expression)
    }

    /// Link types met that the filter cannot be applied to: their packets are left out.
    public var unsupportedLinkTypes: [LinkType] {
        (filter?.unsupportedLinkTypes ?? []).map { LinkType(rawValue: $0) }
    }

    /// Whether everything is kept.
    public var keepsEverything: Bool { filter == nil && since == nil && until == nil }

    /// Drops from `batch` what is not selected. `lastTimes` holds, by capture, the time that a packet
    /// without one is taken to have.
    func apply(to batch: inout PacketBatch, lastTimes: inout [UInt16: CaptureTime]) {
        var kept = 0
        for index in batch.records.indices {
            let record = batch.records[index]
            guard isInTime(record, &lastTimes), matches(record, batch) else { continue }
            if kept != index { batch.records[kept] = record }
            kept += 1
        }
        batch.records.removeLast(batch.records.count - kept)
    }

    private func isInTime(_ record: PacketRecord, _ lastTimes: inout [UInt16: CaptureTime]) -> Bool {
        if since == nil && until == nil { return true }
        let capture = record.frame.capture
        if let time = record.time { lastTimes[capture] = time }
        guard let time = record.time ?? lastTimes[capture] else { return since == nil }
        if let since, time < since { return false }
        if let until, time > until { return false }
        return true
    }

    @inline(__always)
    private func matches(_ record: PacketRecord, _ batch: borrowing PacketBatch) -> Bool {
        guard let filter else { return true }
        return filter.matches(
            batch.bytes(of: record), originalLength: record.originalLength, linkType: record.linkType.rawValue)
    }
}
