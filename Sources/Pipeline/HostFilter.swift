import PacketModel
import ByteParsing
import CaptureFile
import Dissectors

/// Leaves out packets that are neither from nor to one of some hosts. Frame numbers and everything else stay as they
/// are.
///
/// The addresses are found as they are for the analysis: below VLAN tags and PPPoE too. Looking them up takes as long
/// for thousands of hosts as for one; a filter expression would be compiled, and run, the longer the more there are.
public final class HostFilter: PacketSource {
    private let inner: any PacketSource
    private let hosts: Set<IPAddress>
    /// Link types met in which no address can be found: their packets are left out.
    public private(set) var unsupportedLinkTypes: [LinkType] = []

    /// Hands on what `inner` has from or to one of `hosts`.
    public init(_ inner: any PacketSource, keeping hosts: [IPAddress]) {
        self.inner = inner
        self.hosts = Set(hosts)
    }

    /// As the inner source: the totals are those of the whole captures.
    public var captures: [CaptureDescription] { inner.captures }

    /// The inner source's next event that is left when the other hosts' packets are out.
    public func next(into batch: inout PacketBatch) -> SourceEvent {
        while true {
            let event = inner.next(into: &batch)
            guard case .packets = event else { return event }
            var kept = 0
            for index in batch.records.indices {
                let record = batch.records[index]
                guard matches(batch.bytes(of: record), record) else { continue }
                batch.records[kept] = record
                kept += 1
            }
            batch.records.removeLast(batch.records.count - kept)
            if kept > 0 { return event }
        }
    }

    private func matches(_ bytes: RawSpan, _ record: PacketRecord) -> Bool {
        var offset = 0
        var fault: LayerFault?
        let version = LinkLayer.networkVersion(
            bytes, linkType: record.linkType, offset: &offset, isCut: record.isCut, fault: &fault)
        let left = bytes.byteCount - offset
        switch version {
        case 4 where left >= 20:
            return hosts.contains(IPAddress(v4: bytes.be32(offset + 12)))
                || hosts.contains(IPAddress(v4: bytes.be32(offset + 16)))
        case 6 where left >= 40:
            return hosts.contains(address(bytes, offset + 8)) || hosts.contains(address(bytes, offset + 24))
        default:
            if let fault, fault.kind == .unsupported, fault.offset == 0, !unsupportedLinkTypes.contains(record.linkType)
            {
                unsupportedLinkTypes.append(record.linkType)
            }
            return false
        }
    }

    private func address(_ bytes: RawSpan, _ offset: Int) -> IPAddress {
        IPAddress(high: bytes.be64(offset), low: bytes.be64(offset + 8))
    }
}
