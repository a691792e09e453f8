import PacketModel
import ByteParsing
import Pcap

/// Which packets are looked at: filter expressions and a span of time.
public final class PacketSelection {
    /// Why a filter expression cannot be used.
    public typealias FilterError = PacketFilter.CompileError

    private let filters: [PacketFilter]
    private let since: CaptureTime?
    private let until: CaptureTime?

    /// A selection; throws libpcap's words where an expression cannot be compiled. Each expression stands for itself,
    /// and a packet must match all of them: joined as text, `A) or (B` would turn into something else.
    ///
    /// Packets from `since` to `until`, both included, are kept. One without a time goes with its
    /// predecessor.
    public init(filters: [String] = [], since: CaptureTime? = nil, until: CaptureTime? = nil) throws(FilterError) {
        var compiled: [PacketFilter] = []
        for expression in filters where !Self.isBlank(expression) { compiled.append(try PacketFilter(expression)) }
        self.filters = compiled
        self.since = since
        self.until = until
    }

    /// Whether an expression says nothing, which every packet matches.
    public static func isBlank(_ expression: String) -> Bool { expression.allSatisfy(\.isWhitespace) }

    /// Link types met that a filter cannot be applied to: their packets are left out.
    public var unsupportedLinkTypes: [LinkType] {
        filters.flatMap(\.unsupportedLinkTypes).map { LinkType(rawValue: $0) }
    }

    /// Whether everything is kept.
    public var keepsEverything: Bool { filters.isEmpty && since == nil && until == nil }

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
        for filter in filters {
            guard
                filter.matches(
                    batch.bytes(of: record), originalLength: record.originalLength, linkType: record.linkType.rawValue)
            else { return false }
        }
        return true
    }
}
