// Where fuzzing begins: inputs in the form that each target expects, made of the project's own samples.
import PacketModel
import ByteParsing
import Diagnosis
import Dissectors
import Exchanges
import Glibc
import Pipeline
@testable import kcdtrace

/// Writes the seeds of every target into a folder each.
struct Seeds {
    private let folder: String
    private var counts: [String: Int] = [:]
    private var met: Set<[UInt8]> = []

    /// Makes the seeds of all samples: of captures and expectations.
    static func write(to folder: String, samples: [String]) {
        var seeds = Seeds(folder: folder)
        var captures: [[UInt8]] = []
        for path in samples {
            let octets = contents(of: path)
            if path.hasSuffix(".json") { seeds.add(octets, to: "Expectations") } else { captures.append(octets) }
        }
        // Small ones first: an input costs by its length.
        captures.sort { $0.count < $1.count }
        for (index, capture) in captures.enumerated() { seeds.take(capture, captures[max(0, index - 1)], index) }
        seeds.addTexts()
        print(
            "seeds: \(seeds.counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
    }

    private static func contents(of path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { fatalError("\(path) cannot be read") }
        defer { fclose(file) }
        var octets: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { octets += piece[..<count] }
        return octets
    }

    private mutating func add(_ octets: [UInt8], to target: String) {
        let number = counts[target, default: 0]
        counts[target] = number + 1
        let path = "\(folder)/\(target)/seed-\(String(number + 10_000).dropFirst())"
        guard let file = fopen(path, "wb") else { fatalError("\(path) cannot be written") }
        fwrite(octets, 1, octets.count, file)
        fclose(file)
    }

    /// The same for what may come often.
    private mutating func addOnce(_ octets: [UInt8], to target: String) {
        if octets.count < 4096, met.insert(octets).inserted, counts[target, default: 0] < 400 {
            add(octets, to: target)
        }
    }

    // MARK: Captures

    private static let filters = [
        "", "port 88", "tcp port 80 or port 443", "host 10.0.0.1", "vlan and tcp", "not udp", "tcp[13] & 2 != 0",
        "ip6 and not icmp6",
        "len > 100 and ip[8] < 65", "net 10.0.0.0 mask 255.0.0.0", "portrange 80-88", "less 60 or greater 1000",
    ]

    private mutating func take(_ capture: [UInt8], _ other: [UInt8], _ index: Int) {
        add(capture, to: "PacketSources")
        add(capture, to: "Analysis")
        add(capture, to: "Messages")
        let filter = Self.filters[index % Self.filters.count]
        add(
            [UInt8(filter.isEmpty ? 7 : 0)] + [UInt8](repeating: 0, count: 12) + [7, 0, 0, 0]
                + FuzzInput.piece(Array(filter.utf8)) + capture, to: "Selection")
        if index % 4 == 0 {
            add(FuzzInput.piece(other) + FuzzInput.piece([]) + FuzzInput.piece([]) + capture, to: "Merge")
        }
        let edits = (0..<index % 4).map {
            [
                UInt8((index + 2 * $0) % 7), 0, UInt8((index * 7 + $0 * 11) % 40), UInt8(0x7F + index % 3),
                UInt8($0 * 60), 1,
            ]
        }
        add([UInt8(edits.count)] + edits.flatMap { $0 } + capture, to: "Edits")
        addRenamings(capture, index)
        addPackets(readAll(reader(capture)).packets)
    }

    private static let hostile = [
        "\u{1B}[31m", "\u{202E}txt", "a';calc;'", "a`|b<i>[x](y)", "$(id)&&x", "\u{200B}\u{FEFF}", "{user}", "-Force",
        "\"\r\n\t", "\u{85}\u{3164}",
    ]

    /// One capture as it is, and with some of its names replaced.
    private mutating func addRenamings(_ capture: [UInt8], _ index: Int) {
        if index % 3 == 0 { add([0] + capture, to: "Reports") }
        let result = Analysis.run(reader(capture))
        var names: [String] = []
        for finding in result.findings {
            for id in [finding.subjects.user, finding.subjects.service, finding.subjects.account] {
                guard let name = result.names.string(id), let part = name.split(separator: "/").last,
                    part.utf8.count > 3, !names.contains(String(part))
                else { continue }
                names.append(String(part))
            }
        }
        names = Array(names.prefix(4).filter { $0.utf8.count < 64 })
        if names.isEmpty { return }
        var seed = [UInt8(names.count | (index % 2) * 8)]
        for (place, name) in names.enumerated() {
            let text = Array(Self.hostile[(index + place) % Self.hostile.count].utf8)
            seed += [UInt8(name.utf8.count)] + Array(name.utf8)
            seed += Array((text + [UInt8](repeating: UInt8(ascii: "x"), count: 64)).prefix(name.utf8.count))
        }
        add(seed + capture, to: "Reports")
    }

    // MARK: Messages

    private mutating func addPackets(_ packets: [SeenPacket]) {
        var connections: [[UInt64]: (lastSource: UInt16, octets: [UInt8])] = [:]
        var order: [[UInt64]] = []
        for (index, packet) in packets.enumerated() {
            let linkTypes: [UInt16] = [1, 113, 276, 101, 228, 229, 0, 108]
            if index < 4, let place = linkTypes.firstIndex(of: packet.linkType.rawValue) {
                addOnce([UInt8(place), 0, 0] + packet.octets, to: "Packets")
            }
            if index == 3 {
                let written: [UInt8] = packets[..<3].flatMap {
                    [0, 0, 0, 5, 0, 0, 0, 9, 0, 0] + FuzzInput.piece($0.octets)
                }
                addOnce([UInt8(packets.count % 32), 1] + written, to: "Writers")
            }
            var decoded = DecodedPacket()
            let verdict = PacketDecoder.decode(
                packet.octets.rawBytes, originalLength: packet.originalLength, linkType: packet.linkType, into: &decoded
            )
            guard verdict == .tcp || verdict == .udp, decoded.payloadLength > 0 else { continue }
            let payload = Array(packet.octets[decoded.payloadOffset..<decoded.payloadOffset + decoded.payloadLength])
            let isKerberos = decoded.sourcePort == 88 || decoded.destinationPort == 88
            if verdict == .udp {
                if isKerberos { addKerberos(payload, way: 0) }
                continue
            }
            if isKerberos, payload.count > 4, KerberosDecoder.isMessageTag(payload[4]) {
                addKerberos(Array(payload.dropFirst(4)), way: 1)
                addOnce([2, UInt8(index & 0xFF)] + payload, to: "Kerberos")
            } else if !isKerberos {
                let ends = [
                    decoded.source.low &+ UInt64(decoded.sourcePort),
                    decoded.destination.low &+ UInt64(decoded.destinationPort),
                ].sorted()
                if connections[ends] == nil { order.append(ends) }
                var connection = connections[ends] ?? (decoded.sourcePort, [])
                if connection.lastSource != decoded.sourcePort { connection.octets += [0, 0] }
                connection.lastSource = decoded.sourcePort
                connection.octets += payload
                connections[ends] = connection
                addTokens(payload)
            }
        }
        for ends in order {
            guard let octets = connections[ends]?.octets,
                HTTPStream.probe(octets.rawBytes, serverPort: 80, clientPort: 1) != .notMine
            else { continue }
            addOnce([0, 255] + octets.prefix(3000), to: "HTTP")
            for choice in [0, 2, 4, 7] as [UInt8] { addOnce([choice, 40, 2] + octets.prefix(3000), to: "Nested") }
        }
    }

    private mutating func addKerberos(_ message: [UInt8], way: UInt8) {
        addOnce([way, 0] + message, to: "Kerberos")
        addOnce([1, 1] + message, to: "Kerberos")
        addOnce([0] + message, to: "Tokens")
    }

    private mutating func addTokens(_ payload: [UInt8]) {
        for scheme in ["Negotiate ", "NTLM "] {
            let mark = Array(scheme.utf8)
            guard payload.count > mark.count else { continue }
            for start in 0..<payload.count - mark.count where payload[start..<start + mark.count].elementsEqual(mark) {
                let text = payload[(start + mark.count)...].prefix { $0 > 0x20 && $0 != UInt8(ascii: ",") }
                var token = ByteBuffer(capacity: 64)
                let encoded = Array(text)
                if text.count > 8, Base64.decode(encoded.rawBytes, into: &token) == nil {
                    addOnce([0] + token.bytes.copyBytes(), to: "Tokens")
                }
            }
        }
    }

    // MARK: Texts

    private mutating func addTexts() {
        for command in CommandTable.all {
            for example in command.examples {
                let words = example.line.split(separator: " ").dropFirst().joined(separator: "\n")
                add(Array(words.utf8), to: "Arguments")
            }
        }
        for flag in FlagTable.all {
            for value in ["=2026-11-21T09:12:00Z", "\n1h30m", "=10.0.0.1", "\nport 88", "=2", "\njson"] {
                add(Array("analyze\n--\(flag.name)\(flag.value == nil ? "" : value)\nfile.pcap".utf8), to: "Arguments")
            }
        }
        let texts: [(UInt8, [String])] = [
            (
                0,
                [
                    "", "QUJD", "QUJDRA==", "YIIBpAYGKwYBBQUCoIIBmDCCAZSg/+TALBg== ", "QU JD\tRA",
                    "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo*",
                ]
            ),
            (1, ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]),
            (
                2,
                [
                    "2026-11-21T09:12:00Z", "2026-11-21", "2026-11-21 09:12", "1677-09-21T00:12:44.5+01:00", "90s",
                    "+5m", "1h30m", "250ms", "2d",
                ]
            ),
            (3, Self.hostile + ["\u{E0041}\u{1F600}\u{FE0F}", "plain", "\u{FFFD}\u{10FFFF}"]),
            (
                4,
                [
                    "10.0.0.1", "2001:db8::1", "::", "::ffff:10.0.0.1", "1:2:3:4:5:6:7:8", "fe80::1:0:0:2", "256.1.1.1",
                    "1::2::3",
                ]
            ),
            (5, ["alice", "http/web.example:8080", "CONN$", "user@REALM", "fe80::1", "a'b", "-x", "a//b"]),
            (6, ["web.example:80\nWEB.", "[::1]:8080\n10.0.0.1", "http/web.example/x\nweb", "https://u@h:1/p?q#f"]),
            (7, ["GET / HTTP/1.1\r\n", "HTTP/1.1 401 U\r\n", "Basic realm=\"a\\\"b\", Negotiate QUJD, Digest a=b"]),
        ]
        for words in [
            "13019", "0xc000018b", "clock skew", "KDC_ERR_BADOPTION", "spn-unknown", "why does it fail", "-31 88",
        ] {
            add(Array(words.utf8), to: "Search")
        }
        for (choice, examples) in texts { for example in examples { add([choice] + Array(example.utf8), to: "Texts") } }
        let fields = [
            "Host: web.example", "Authorization: Negotiate YIIBpAYGKwYBBQUCoIIBmDCC", "Cookie: a=b; c=d", "Via: 1.1 x",
        ]
        let answers = [
            "WWW-Authenticate: Negotiate, Basic realm=\"r\"", "Location: https://a.example/b", "Set-Cookie: s=1",
            "Server: x/1",
        ]
        for shape in 0..<16 as Range<UInt8> {
            var seed: [UInt8] = [2, shape * 15]
            for status in 0..<4 as Range<UInt8> {
                seed += [status + shape % 4, shape, 4] + Array("path".utf8)
                for lines in [fields, answers] {
                    seed +=
                        [2]
                        + lines.dropFirst(Int(shape % 3)).prefix(2).flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
                    if lines == answers || shape & 1 != 0 {
                        seed += [0, 30] + Array("<input type=password name=pass>".utf8)
                    }
                }
            }
            add(seed, to: "HTTP")
        }
        for (_, bytes) in KerberosSample.all {
            add([1, 0] + bytes, to: "Kerberos")
            add([2, 3] + DER.bigEndian(UInt32(bytes.count)) + bytes, to: "Kerberos")
        }
    }
}
