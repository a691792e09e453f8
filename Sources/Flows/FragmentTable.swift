import PacketModel
import ByteParsing
import Dissectors

/// IP datagrams that are being put together from fragments (RFC 791, RFC 8200 4.5). First octets
/// win where fragments overlap; bounded in datagrams, octets and time.
struct FragmentTable {
    private struct Key: Hashable {
        var source: IPAddress
        var destination: IPAddress
        var identification: UInt32
        var ipProtocol: UInt8
        var point: UInt16
    }

    private struct Datagram {
        var bytes: [UInt8] = []
        /// Received ranges, ascending, not touching.
        var ranges: [Range<Int>] = []
        var total: Int?
        var since: CaptureTime
        var order: UInt64
        var packet = DecodedPacket()
    }

    /// A datagram that has become whole.
    struct Whole {
        var bytes: [UInt8]
        var header: DecodedPacket
    }

    /// Holes in a datagram, at most.
    private static let maximumRanges = 64

    private var datagrams: [Key: Datagram] = [:]
    private var heldBytes = 0
    private var nextOrder: UInt64 = 0

    /// Adds a fragment; returns the datagram where this one completes it.
    mutating func add(
        _ packet: DecodedPacket, _ bytes: RawSpan, point: UInt16, time: CaptureTime,
        settings: FlowSettings, counters: inout FlowCounters
    ) -> Whole? {
        expire(before: time.advanced(byNanoseconds: -settings.fragmentPatienceNanoseconds), &counters)
        let length = packet.networkEnd - packet.transportOffset
        let wireLength = packet.wireNetworkEnd - packet.transportOffset
        let end = packet.fragmentOffset + length
        guard length > 0, length == wireLength, end <= 65_535 else {
            counters.droppedFragments += 1
            return nil
        }
        // IPv6 fragments after the first may name another next header; the first one counts.
        let key = Key(
            source: packet.source, destination: packet.destination, identification: packet.identification,
            ipProtocol: packet.source.isIPv4 ? packet.ipProtocol : 0, point: point)
        if datagrams[key] == nil {
            if datagrams.count >= settings.maximumFragmentedDatagrams { dropOldest(&counters) }
            datagrams[key] = Datagram(since: time, order: nextOrder)
            nextOrder += 1
        }
        while heldBytes + max(0, end - (datagrams[key]?.bytes.count ?? 0)) > settings.maximumFragmentBytes {
            guard datagrams.count > 1 else { break }
            dropOldest(&counters, except: key)
        }
        guard var datagram = datagrams.removeValue(forKey: key) else { return nil }
        heldBytes -= datagram.bytes.count
        if datagram.bytes.count < end { datagram.bytes += repeatElement(0, count: end - datagram.bytes.count) }
        let source = bytes.slice(packet.transportOffset, packet.networkEnd)
        var position = packet.fragmentOffset
        for range in datagram.ranges {
            if position < min(range.lowerBound, end) {
                Self.copy(source, packet.fragmentOffset, position, min(range.lowerBound, end), &datagram.bytes)
            }
            position = max(position, range.upperBound)
        }
        if position < end { Self.copy(source, packet.fragmentOffset, position, end, &datagram.bytes) }
        Self.merge(packet.fragmentOffset..<end, into: &datagram.ranges)
        if datagram.ranges.count > Self.maximumRanges {
            // Nobody sends a datagram in such an order.
            counters.droppedFragments += UInt64(datagram.ranges.count)
            return nil
        }
        if packet.fragmentOffset == 0 { datagram.packet = packet }
        if !packet.hasMoreFragments { datagram.total = min(datagram.total ?? end, end) }
        if let total = datagram.total, datagram.ranges.count == 1, datagram.ranges[0].lowerBound == 0,
            datagram.ranges[0].upperBound >= total
        {
            var whole = datagram.packet
            whole.transportOffset = 0
            whole.networkEnd = total
            whole.wireNetworkEnd = total
            whole.fragmentOffset = 0
            whole.hasMoreFragments = false
            return Whole(bytes: Array(datagram.bytes[..<total]), header: whole)
        }
        heldBytes += datagram.bytes.count
        datagrams[key] = datagram
        return nil
    }

    /// Gives up datagrams begun before an instant.
    mutating func expire(before limit: CaptureTime, _ counters: inout FlowCounters) {
        guard datagrams.values.contains(where: { $0.since < limit }) else { return }
        for (key, datagram) in datagrams where datagram.since < limit {
            datagrams[key] = nil
            heldBytes -= datagram.bytes.count
            counters.incompleteDatagrams += 1
        }
    }

    /// Gives up everything: the capture has ended.
    mutating func finish(_ counters: inout FlowCounters) {
        counters.incompleteDatagrams += UInt64(datagrams.count)
        datagrams = [:]
        heldBytes = 0
    }

    private mutating func dropOldest(_ counters: inout FlowCounters, except kept: Key? = nil) {
        var oldest: (key: Key, order: UInt64)?
        for (key, datagram) in datagrams where key != kept && datagram.order < oldest?.order ?? .max {
            oldest = (key, datagram.order)
        }
        guard let key = oldest?.key, let datagram = datagrams.removeValue(forKey: key) else { return }
        heldBytes -= datagram.bytes.count
        counters.droppedFragments += UInt64(datagram.ranges.count)
    }

    private static func copy(_ source: RawSpan, _ base: Int, _ from: Int, _ to: Int, _ target: inout [UInt8]) {
        var index = from
        while index < to {
            target[index] = source.u8(index - base)
            index += 1
        }
    }

    /// Adds a range to others that ascend and do not touch.
    private static func merge(_ added: Range<Int>, into ranges: inout [Range<Int>]) {
        let first = ranges.firstIndex { $0.upperBound >= added.lowerBound } ?? ranges.count
        var end = first
        var merged = added
        while end < ranges.count, ranges[end].lowerBound <= added.upperBound {
            merged = min(merged.lowerBound, ranges[end].lowerBound)..<max(merged.upperBound, ranges[end].upperBound)
            end += 1
        }
        ranges.replaceSubrange(first..<end, with: [merged])
    }
}
