import TestSupport
import Foundation
import Pipeline
import Testing

/// However the same words were cut, ordered, repeated and numbered on their way: what is read is the
/// same, and so is what is made of it.
@Suite struct StreamPropertyTests {
    /// Samples that some change is no fair test of, with the reason.
    typealias Exceptions = [String: String]

    // MARK: Captures that break a property's precondition, by how their name ends

    /// Segments that are cut differently.
    static let cutOtherwise: Exceptions = [
        "PcapPlusPlus--PacketExamples_ldap.pcapng":
            "it holds a copy of a segment: cut in pieces, a piece's copy lies further behind than copies are known by"
    ]
    /// Octets that come one by one.
    static let cutToOctets: Exceptions = cutOtherwise.merging(
        Dictionary(
            uniqueKeysWithValues: ["390", "482", "483", "488", "491"].map { number in
                (
                    "http-evader-\(number)_input.pcap",
                    """
                    octets that are no message come first, and reading begins again only where a segment begins: \
                    each octet does
                    """
                )
            })
    ) { first, _ in first }
    /// Segments in another order.
    static let shuffled: Exceptions = cutOtherwise.merging([
        "http-09-content-length-confusion.pcap":
            "it was typed by hand: more time passes between its segments than a hole stays open",
        "ppa-capture-files_evilprogram.pcap":
            """
        a RST that acknowledges nothing lies before the last segments: it ends the flow at whichever piece \
        comes first
        """,
    ]) { first, _ in first }
    /// Without the packets that open connections.
    static let withoutHandshake: Exceptions = [
        "http-bad-request-with-version.pcap":
            "the client's first octets are no request; without a handshake they are no reason to leave the flow alone"
    ]
    /// Packets seen twice.
    static let doubled: Exceptions = [
        "pcap_fuzz-2006-09-29-28586.pcap":
            """
        bits were flipped in it: responses to requests that cannot be read wait, and copies that come \
        meanwhile are not listed
        """
    ]

    @Test func samplesAreThere() {
        #expect(Samples.own.count > 100, "sample captures are missing from \(Samples.root.path)")
    }

    /// Compares every sample with a changed form of it, for each seed.
    static func check(
        _ title: String, seeds: Range<UInt64> = 0..<2, largest: Int = .max, messagesOnly: Bool = false,
        except: Exceptions = [:], _ change: ([TestPacket], inout SeededNumbers) -> [TestPacket]
    ) {
        var failures: [String] = []
        var compared = 0
        for sample in Samples.all where sample.fileLength <= largest {
            if except.keys.contains(where: { sample.name.hasSuffix($0) }) { continue }
            let whole = Fingerprint(sample.packets)
            for seed in seeds {
                var numbers = SeededNumbers(seed)
                let changed = change(sample.packets, &numbers)
                compared += 1
                if let difference = Fingerprint(changed).difference(from: whole, messagesOnly: messagesOnly) {
                    failures.append("\(sample.name) seed \(seed): \(difference)")
                    break
                }
            }
        }
        print("\(title): \(compared) comparisons, \(failures.count) differ")
        for failure in failures.prefix(12) { Issue.record("\(title): \(failure)") }
        #expect(failures.isEmpty && compared > 0)
    }

    @Test func anySplitIntoSegments() {
        Self.check("split", except: Self.cutOtherwise) { PacketEditor.split($0, largest: 400, &$1) }
        Self.check("split small", seeds: 0..<1, largest: 60_000, except: Self.cutToOctets) {
            PacketEditor.split($0, largest: 7, &$1)
        }
    }

    @Test func splitIntoSingleOctets() {
        Self.check("split to octets", seeds: 0..<1, largest: 16_000, except: Self.cutToOctets) {
            PacketEditor.split($0, largest: 1, &$1)
        }
    }

    @Test func anyOrderWithinAWindow() {
        Self.check("shuffle", seeds: 0..<3, except: Self.shuffled) { packets, numbers in
            PacketEditor.shuffle(PacketEditor.split(packets, largest: 300, &numbers), window: 8, &numbers)
        }
    }

    @Test func copiesOfPackets() {
        var failures: [String] = []
        for sample in Samples.all where !Self.doubled.keys.contains(where: { sample.name.hasSuffix($0) }) {
            let whole = Fingerprint(sample.packets)
            let doubled = PacketEditor.doubled(sample.packets)
            var twice = Fingerprint(doubled)
            // That copies were met is itself a finding about the capture.
            var once = whole
            once.findings.removeAll { $0.hasPrefix("capture-duplicates") }
            twice.findings.removeAll { $0.hasPrefix("capture-duplicates") }
            if let difference = twice.difference(from: once) { failures.append("\(sample.name): \(difference)") }
            failures += Self.missingCopies(sample, doubled)
        }
        for failure in failures.prefix(12) { Issue.record("copies: \(failure)") }
        #expect(failures.isEmpty)
    }

    /// Messages that lie in one frame alone are listed again, as copies of that frame.
    private static func missingCopies(_ sample: Sample, _ doubled: [TestPacket]) -> [String] {
        let originals = MessageLine.all(ListSource(sample.packets)).filter { $0.copyOf == nil && !$0.isIncomplete }
        let copies = Set(
            MessageLine.all(ListSource(doubled)).filter { $0.copyOf != nil }.map { "\($0.copyOf ?? 0)>\($0.frame)" })
        let perFrame = Dictionary(grouping: originals) { $0.frame }
        return originals.compactMap { message in
            guard message.firstFrame == message.frame, perFrame[message.frame]?.count == 1,
                EditablePacket(sample.packets[Int(message.frame) - 1]).payload.count > 1
            else { return nil }
            let expected = "\(message.frame * 2 - 1)>\(message.frame * 2)"
            return copies.contains(expected) ? nil : "\(sample.name): no copy \(expected) of \(message.text.prefix(80))"
        }
    }

    @Test func segmentsSentAgain() {
        Self.check("retransmission") { PacketEditor.retransmitted($0, &$1) }
        Self.check("retransmission of pieces", seeds: 0..<1, except: Self.cutOtherwise) { packets, numbers in
            PacketEditor.retransmitted(PacketEditor.split(packets, largest: 200, &numbers), &numbers)
        }
    }

    @Test func overlappingSegments() {
        Self.check("overlap", except: Self.cutOtherwise) { PacketEditor.overlapping($0, most: 150, &$1) }
        Self.check("overlap out of order", seeds: 0..<1, except: Self.shuffled) { packets, numbers in
            PacketEditor.shuffle(PacketEditor.overlapping(packets, most: 150, &numbers), window: 4, &numbers)
        }
    }

    @Test func sequenceNumbersThatWrap() {
        Self.check("wrap") { PacketEditor.wrapped($0, &$1) }
        Self.check("wrap in pieces, out of order", seeds: 0..<1, except: Self.shuffled) { packets, numbers in
            let wrapped = PacketEditor.wrapped(packets, &numbers)
            return PacketEditor.shuffle(PacketEditor.split(wrapped, largest: 100, &numbers), window: 8, &numbers)
        }
    }

    @Test func connectionsWithoutTheirHandshake() {
        Self.check("no handshake", seeds: 0..<1, messagesOnly: true, except: Self.withoutHandshake) { packets, _ in
            PacketEditor.withoutHandshakes(packets)
        }
    }

    @Test func borderOfBatches() {
        for sample in Samples.own.prefix(40) {
            let whole = Fingerprint(sample.packets, perBatch: 4096)
            for size in [1, 3] {
                let difference = Fingerprint(sample.packets, perBatch: size).difference(from: whole)
                #expect(difference == nil, "\(sample.name) in batches of \(size)")
            }
        }
    }
}
