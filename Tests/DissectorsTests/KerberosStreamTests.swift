import PacketModel
import ByteParsing
import Dissectors
import Testing

/// Plays the caller of a stream dissector: keeps what was not taken, and shows it again.
struct StreamPlayer {
    let context: DissectionContext
    let stream: KerberosStream
    var held: [UInt8] = []
    var wanted = 0
    var skip = 0

    init() {
        context = DissectionContext(names: NameTable())
        stream = KerberosStream(context)
    }

    /// The next stream that the dissector of another reads.
    init(after other: StreamPlayer) {
        context = other.context
        stream = other.stream
    }

    mutating func show(_ bytes: [UInt8]) {
        var fresh = bytes[...]
        let passed = min(skip, fresh.count)
        fresh = fresh.dropFirst(passed)
        skip -= passed
        held += fresh
        while skip == 0, !held.isEmpty, held.count >= wanted {
            let step = stream.consume(held.rawBytes, from: .forward)
            held.removeFirst(step.taken)
            wanted = step.wanted
            let over = min(step.skip, held.count)
            held.removeFirst(over)
            skip = step.skip - over
            if step.taken == 0, over == 0 { break }
        }
    }

    mutating func gap(_ length: Int) {
        let over = min(skip, length)
        skip -= over
        if over == length, length > 0 { return }
        stream.gap(held.rawBytes, length: length - over, from: .forward)
        held = []
        wanted = 0
    }

    mutating func finish() {
        stream.finish(held.rawBytes, missing: 0, ending: .closed, from: .forward)
        held = []
    }

    var kerberos: [(message: KerberosMessage, fault: LayerFault?)] {
        context.messages.all.compactMap { message in
            (message.content as? KerberosMessage).map { ($0, message.envelope.fault) }
        }
    }
    var texts: [String] {
        kerberos.map { fieldText($0.message, context.names) + "\n\(String(describing: $0.fault))" }
    }
    var types: [Int32] { kerberos.map { $0.message.type.rawValue } }
}

@Suite("Kerberos over TCP and UDP")
struct KerberosStreamTests {
    static func record(_ message: [UInt8]) -> [UInt8] { DER.bigEndian(UInt32(message.count)) + message }
    static let conversation = KerberosSample.all.flatMap { record($0.bytes) }

    @Test("Several messages on one connection")
    func conversation() {
        var player = StreamPlayer()
        player.show(Self.conversation)
        #expect(player.types == [10, 11, 12, 12, 13, 14, 15, 30, 30, 30])
        #expect(player.kerberos.allSatisfy { $0.fault == nil })
        #expect(player.held.isEmpty)
    }

    @Test("Any split into segments gives the same messages")
    func everySplit() {
        var whole = StreamPlayer()
        whole.show(Self.conversation)
        let expected = whole.texts
        for first in 0...Self.conversation.count {
            var player = StreamPlayer()
            player.show(Array(Self.conversation[..<first]))
            player.show(Array(Self.conversation[first...]))
            #expect(player.texts == expected, "split at \(first)")
            if player.texts != expected { return }
        }
        var generator = SplitMix(seed: 7)
        for round in 0..<500 {
            let seed = generator.state
            let limit = [1, 2, 7, 60, 900][round % 5]
            var player = StreamPlayer()
            var position = 0
            while position < Self.conversation.count {
                let count = min(Int(generator.next() % UInt64(limit)) + 1, Self.conversation.count - position)
                player.show(Array(Self.conversation[position..<position + count]))
                position += count
            }
            #expect(player.texts == expected, "seed \(seed)")
            if player.texts != expected { return }
        }
    }

    @Test("The reader says how many octets it waits for")
    func wanted() {
        let stream = KerberosStream(DissectionContext(names: NameTable()))
        let bytes = Array(Self.record(KerberosSample.asReq).prefix(20))
        let step = stream.consume(bytes.rawBytes, from: .forward)
        #expect(step.taken == 0)
        #expect(step.wanted == KerberosSample.asReq.count + 4)
    }

    @Test("A connection that ends amid a message reports what there was", arguments: [5, 30, 100])
    func unfinished(length: Int) {
        var player = StreamPlayer()
        player.show(Array(Self.record(KerberosSample.s4u2Proxy).prefix(length)))
        player.finish()
        #expect(player.types == [12])
        #expect(player.kerberos.first?.fault == LayerFault(.truncated, layer: .kerberos, at: length - 4))
    }

    @Test("An end between messages, or after a record mark alone, reports nothing")
    func cleanEnd() {
        var player = StreamPlayer()
        player.show(Self.record(KerberosSample.apRep) + [0, 0, 1])
        player.finish()
        #expect(player.types == [15])
    }

    @Test("A hole inside a message: the mark still says where the next one begins")
    func holeInside() {
        let lost = Self.record(KerberosSample.s4u2Proxy)
        var player = StreamPlayer()
        player.show(Array(lost[..<100]))
        player.gap(50)
        player.show(Array(lost[150...]) + Self.record(KerberosSample.tgsRep))
        #expect(player.types == [12, 13])
        #expect(player.kerberos[0].fault == LayerFault(.truncated, layer: .kerberos, at: 96))
        #expect(player.kerberos[1].fault == nil)
    }

    @Test("A hole past the message: reading goes on where a segment begins a record")
    func holeBeyond() {
        var player = StreamPlayer()
        player.show(Array(Self.record(KerberosSample.asReq)[..<50]))
        player.gap(5_000)
        player.show([1, 2, 3, 4, 5, 6, 7, 8])
        player.show(Self.record(KerberosSample.asRep))
        #expect(player.types == [10, 11])
        #expect(player.kerberos[1].fault == nil)
    }

    @Test("A hole of unknown length, and several holes in one message")
    func otherHoles() {
        var unknown = StreamPlayer()
        unknown.show(Array(Self.record(KerberosSample.asReq)[..<50]))
        unknown.gap(0)
        unknown.show(Self.record(KerberosSample.asRep))
        #expect(unknown.types == [10, 11])
        let lost = Self.record(KerberosSample.s4u2Self)
        var several = StreamPlayer()
        several.show(Array(lost[..<80]))
        several.gap(20)
        several.gap(10)
        several.show(Array(lost[110..<200]))
        several.gap(100)
        several.show(Array(lost[300...]) + Self.record(KerberosSample.asRep))
        #expect(several.types == [12, 11])
    }

    @Test("A capture that begins amid a message")
    func midStream() {
        var player = StreamPlayer()
        player.show(Array(Self.record(KerberosSample.tgsRep)[70...]))
        player.show(Self.record(KerberosSample.s4u2Proxy))
        #expect(player.types == [12])
    }

    @Test("A message past the bound is counted off, not collected", arguments: [1, 5, 1_000, 200_000])
    func oversized(segment: Int) {
        let size = (1 << 20) * 10
        var bytes = DER.bigEndian(UInt32(size + 6)) + [0x6C, 0x84] + DER.bigEndian(UInt32(size))
        bytes += Array(repeating: 0, count: size) + Self.record(KerberosSample.apRep)
        var player = StreamPlayer()
        var mostHeld = 0
        var position = 0
        while position < bytes.count {
            // The long middle is passed in large pieces; its ends in the pieces under test.
            let isMiddle = position > 10_000 && position < size - 200_000
            let count = min(isMiddle ? 100_000 : segment, bytes.count - position)
            player.show(Array(bytes[position..<position + count]))
            mostHeld = max(mostHeld, player.held.count)
            position += count
        }
        #expect(player.types == [12, 15])
        #expect(player.kerberos.first?.fault == LayerFault(.unsupported, layer: .kerberos, at: 0))
        #expect(mostHeld <= max(segment, 1_000))
    }

    @Test("Octets that are no Kerberos at all report nothing")
    func foreign() {
        var player = StreamPlayer()
        player.show(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        player.show(Array(repeating: 0, count: 1_000))
        player.show([0x80, 0, 0, 10, 0x6C, 8, 1, 2, 3, 4])
        player.finish()
        #expect(player.types.isEmpty)
    }

    @Test("Probing")
    func probe() {
        let mark = Self.record(KerberosSample.asReq)
        func verdict(_ bytes: [UInt8], _ port: UInt16) -> ProbeVerdict {
            KerberosStream.probe(bytes.rawBytes, serverPort: port, clientPort: 50_000)
        }
        #expect(verdict(mark, 88) == .certain)
        #expect(verdict(mark, 8_888) == .certain)
        #expect(verdict(Array(mark.prefix(8)), 8_888) == .certain)
        #expect(verdict(Array(mark.prefix(3)), 8_888) == .unsure)
        #expect(verdict([], 8_888) == .unsure)
        #expect(verdict([0, 0, 1, 0, 0x6C, 0x80], 8_888) == .notMine)
        #expect(verdict([0, 0, 1, 0, 0x6C, 0x80], 88) == .certain)
        #expect(verdict([0, 0, 1, 0, 0x6C, 5], 8_888) == .notMine)
        #expect(verdict([0x16, 3, 1, 2, 0, 1], 443) == .notMine)
        #expect(verdict(Array("GET / HTTP/1.1".utf8), 80) == .notMine)
        #expect(verdict(Array("GET / HTTP/1.1".utf8), 88) == .notMine)
        #expect(verdict([0xA1, 2, 3, 4, 0x30, 6, 7, 8], 88) == .certain)
    }

    @Test("Datagrams: whole, cut, foreign")
    func datagrams() {
        let context = DissectionContext(names: NameTable())
        let dissector = KerberosDatagram(context)
        let shown: [[UInt8]] = [KerberosSample.asReq, Array(KerberosSample.asReq.prefix(60)), [1, 2, 3], []]
        for (place, bytes) in shown.enumerated() {
            dissector.dissect(bytes.rawBytes, isCut: place == 1)
        }
        #expect(context.messages.count == 2)
        #expect(context.messages[0].envelope.fault == nil)
        #expect(context.messages[1].envelope.fault == LayerFault(.truncated, layer: .kerberos, at: 60))
        func claims(_ source: UInt16, _ destination: UInt16) -> Bool {
            let octets = KerberosSample.asReq
            return KerberosDatagram.claims(octets.rawBytes, sourcePort: source, destinationPort: destination)
        }
        #expect(claims(88, 50_000))
        #expect(claims(50_000, 88))
        #expect(!claims(50_000, 464))
    }
}
