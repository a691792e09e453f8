import ByteParsing
import Dissectors
import Testing

@Suite("Kerberos messages that end early or are damaged")
struct KerberosTruncationTests {
    @Test("Every truncation of every message stops cleanly, as truncated, where the octets end")
    func everyTruncation() {
        for sample in KerberosSample.all {
            for length in 0..<sample.bytes.count {
                let read = KerberosReading(Array(sample.bytes[..<length]))
                let isTruncated = read.fault == ParseFault(.truncated, at: length)
                #expect(isTruncated, "\(sample.name) cut to \(length): \(String(describing: read.fault))")
                if !isTruncated { return }
            }
        }
    }

    @Test("What stands before a cut is read as in the whole message")
    func prefixIsKept() {
        let bytes = KerberosSample.s4u2Proxy
        let cut = bytes.count - KerberosSample.evidenceCipher.count / 2
        let read = KerberosReading(Array(bytes[..<cut]))
        let message = read.message
        #expect(read.fault == ParseFault(.truncated, at: cut))
        #expect(read.text(message.sname) == "http/web.example.org")
        #expect(message.kdcOptions == 0x4083_0000)
        #expect(message.padata.array == [1, 167])
        #expect(message.length == Int32(bytes.count))
        #expect(message.additionalTickets.count == 1)
        #expect(read.text(message.additionalTickets[0].sname) == "conn$")
        #expect(message.additionalTickets[0].cipherLength == 200)
        #expect(message.additionalTickets[0].digest.isZero)
    }

    @Test("A ticket cut inside PA-TGS-REQ keeps its names and has no digest")
    func cutHeaderTicket() {
        let bytes = Array(KerberosSample.s4u2Self[..<200])
        let read = KerberosReading(bytes)
        #expect(read.fault == ParseFault(.truncated, at: 200))
        #expect(read.message.padata.array == [1])
        #expect(read.text(read.message.headerTicket.sname) == "krbtgt/EXAMPLE.ORG")
        #expect(read.message.headerTicket.digest.isZero)
    }

    @Test("A whole record whose message announces more contradicts itself")
    func recordTooShort() {
        let bytes = Array(KerberosSample.asReq.dropLast())
        let read = KerberosReading(bytes, extent: .whole)
        #expect(read.fault == ParseFault(.malformed, at: 0))
    }

    @Test("Open lengths everywhere say the same as definite ones")
    func openLengths() {
        for sample in KerberosSample.all {
            let open = Self.opened(sample.bytes[...])
            let read = KerberosReading(open)
            #expect(read.fault == nil, "\(sample.name)")
            var message = read.message
            let definite = KerberosReading(sample.bytes)
            message.length = definite.message.length
            #expect(fieldText(message, read.names) == fieldText(definite.message, definite.names), "\(sample.name)")
            for length in 1..<open.count {
                let cut = KerberosReading(Array(open[..<length]))
                #expect(cut.fault?.kind == .truncated, "\(sample.name) cut to \(length)")
            }
        }
    }

    @Test("Damaged messages never trap, and the text of a fault's place lies inside the message")
    func damage() {
        var generator = SplitMix(seed: 0x4B72_6235)
        for sample in KerberosSample.all {
            for round in 0..<4_000 {
                let seed = generator.state
                var bytes = sample.bytes
                for _ in 0..<Int(generator.next() % 4 + 1) {
                    let place = Int(generator.next() % UInt64(bytes.count))
                    switch generator.next() % 4 {
                    case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                    case 1: bytes[place] ^= 1 << UInt8(generator.next() % 8)
                    case 2: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
                    default: if bytes.count > 1 { bytes.remove(at: place) }
                    }
                }
                let read = KerberosReading(bytes, extent: round % 2 == 0 ? .available : .whole)
                let isInside = read.fault.map { $0.offset >= 0 && $0.offset <= bytes.count } ?? true
                #expect(isInside, "\(sample.name), seed \(seed)")
                if !isInside { return }
            }
        }
    }

    /// The same elements with open lengths wherever an element is constructed.
    private static func opened(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let tag = bytes[position]
            var length = Int(bytes[position + 1])
            position += 2
            if length >= 128 {
                let octets = length & 0x7F
                length = bytes[position..<position + octets].reduce(0) { $0 << 8 | Int($1) }
                position += octets
            }
            let content = bytes[position..<position + length]
            if tag & 0x20 != 0 {
                out += [tag, 0x80] + opened(content) + [0, 0]
            } else {
                out += DER.wrap(tag, Array(content))
            }
            position += length
        }
        return out
    }
}

/// A small repeatable generator; the state before a failing case is its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
