// Filter expressions, spans of time and hosts over hostile packets.
import PacketModel
import ByteParsing
import CaptureFile
import Pcap
import Pipeline
@testable import kcdtrace

/// The input is flags, two times of eight octets, a filter and the capture. What is kept is what matches by itself,
/// unchanged
/// and in its order; nothing matches an expression and its contrary.
@Sendable func fuzzSelection(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let flags = input.octet()
    let bounds = [input.number(octets: 8), input.number(octets: 8)].map {
        CaptureTime(nanoseconds: Int64(bitPattern: $0))
    }
    let since = flags & 1 != 0 ? bounds[0] : nil, until = flags & 2 != 0 ? bounds[1] : nil
    let expression = String(decoding: input.piece(), as: UTF8.self)
    let capture = input.all()
    if flags & 4 != 0 {
        return window(
            capture, flags & 1 != 0 ? bounds[0].nanoseconds : nil, flags & 2 != 0 ? bounds[1].nanoseconds : nil)
    }
    guard BPFWords.areKnown(expression) else { return }
    guard let selection = try? PacketSelection(filters: [expression], since: since, until: until) else { return }
    let source = readAll(reader(capture)).packets
    let kept = readAll(FilteredSource(reader(capture), keeping: selection)).packets
    claimSame(
        readAll(FilteredSource(reader(capture, piece: 9), keeping: selection)).packets, kept,
        "selected otherwise in pieces")
    let filter = expression.allSatisfy(\.isWhitespace) ? nil : try? PacketFilter(expression)
    let contrary = filter == nil ? nil : try? PacketFilter("not (\(expression))")
    var last: CaptureTime?
    let expected = source.filter { packet in
        let number = packet.linkType.rawValue
        let bytes = packet.octets.rawBytes
        let matches = filter?.matches(bytes, originalLength: packet.originalLength, linkType: number) ?? true
        if matches, let contrary {
            claim(
                !contrary.matches(bytes, originalLength: packet.originalLength, linkType: number),
                "both \(expression) and its contrary")
        }
        if let time = packet.time { last = time }
        guard since != nil || until != nil else { return matches }
        guard let time = last else { return matches && since == nil }
        return matches && (since.map { time >= $0 } ?? true) && (until.map { time <= $0 } ?? true)
    }
    claimSame(kept, expected, "what is kept is not what matches")
}

/// A span that is counted from the first packet: what lies in it is kept.
private func window(_ capture: [UInt8], _ since: Int64?, _ until: Int64?) {
    var settings = Settings()
    settings.since = since.map { .afterStart(nanoseconds: $0) }
    settings.until = until.map { .afterStart(nanoseconds: $0) }
    let source = readAll(reader(capture)).packets
    let kept = readAll(RelativeWindow.over(reader(capture), settings)).packets
    let start = source.first { $0.time != nil }?.time
    var last: CaptureTime?
    let expected = source.filter { packet in
        if let time = packet.time { last = time }
        guard let start, let time = last else { return (since ?? .min) <= 0 }
        // Wide enough for any two times.
        let span = (Double(time.nanoseconds) - Double(start.nanoseconds)), exact = time.nanoseconds(since: start)
        claim((span < 0) == (exact < 0) || span == 0, "the time between two packets has the wrong sign")
        return exact >= since ?? .min && exact <= until ?? .max
    }
    claimSame(kept, expected, "what is kept is not what lies in the span")
}

/// The words of which filters are made here. Any other word is a name that libpcap would look up in the network.
enum BPFWords {
    static let all: Set<Substring> = [
        "and", "or", "not", "host", "src", "dst", "net", "port", "portrange", "tcp", "udp", "ip", "ip6", "icmp",
        "icmp6", "arp", "ether",
        "vlan", "mpls", "pppoes", "len", "less", "greater", "proto", "broadcast", "multicast", "mask", "inbound",
        "outbound", "link",
        "sctp", "igmp", "rarp", "decnet", "llc", "wlan", "type", "geneve", "vxlan", "tcpflags", "tcp-syn", "tcp-ack",
        "tcp-fin", "tcp-rst",
    ]

    static func areKnown(_ expression: String) -> Bool {
        // libpcap takes long to make good code of long expressions.
        guard expression.utf8.count <= 160, expression.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A }) else {
            return false
        }
        let words = expression.split {
            !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == ":" || $0 == "_")
        }
        return words.allSatisfy { word in
            let isNumber = word.allSatisfy { $0.isNumber || $0 == "." || $0 == "-" }
            let isAddress = word.contains(":") && word.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
            return all.contains(word) || isNumber || isAddress
                || word.hasPrefix("0x") && word.dropFirst(2).allSatisfy(\.isHexDigit)
        }
    }
}
