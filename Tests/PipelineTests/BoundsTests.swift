import TestSupport
import PacketModel
import CaptureFile
import Dissectors
import Exchanges
import Flows
import Foundation
import Pipeline
import Testing

/// Every bound is met by dropping and counting: exceeded tenfold, memory stays and time stays linear.
@Suite struct BoundsTests {
    static let client: UInt32 = 0x0A00_0000
    static let server: UInt32 = 0xC000_0201
    static let start: Int64 = 1_700_000_000_000_000_000

    /// Packets so made that each is a microsecond after the one before.
    static func time(_ index: Int) -> Int64 { start + Int64(index) * 1000 }

    static func limits(_ count: Int, _ settings: AnalysisSettings, _ make: @escaping (Int) -> TestPacket) -> [String:
        UInt64]
    {
        let result = Analysis.run(ListSource(count: count, make), settings: settings)
        return Dictionary(uniqueKeysWithValues: result.limits.map { ($0.name, $0.dropped) })
    }

    /// Floods by name: each makes the packet of an index.
    static func flood(_ name: String) throws -> (Int) -> TestPacket {
        let request = Array("GET /index HTTP/1.1\r\nHost: app.example\r\n\r\n".utf8)
        switch name {
        case "udp flows":
            return { PacketMaker.udp(client &+ UInt32($0), 1024 + $0 % 50_000, server, 53, time: time($0), [1, 2, 3]) }
        case "tcp flows":
            return {
                PacketMaker.tcp(
                    client &+ UInt32($0), 1024 + $0 % 50_000, server, 80, sequence: 1, flags: TCP.syn, time: time($0))
            }
        case "transactions":
            return {
                PacketMaker.tcp(
                    client &+ UInt32($0), 1024 + $0 % 50_000, server, 80, sequence: 1, time: time($0), request)
            }
        case "one long pipeline":
            return {
                PacketMaker.tcp(
                    client, 2000, server, 80, sequence: UInt32(truncatingIfNeeded: 1 + $0 * request.count),
                    time: time($0), request)
            }
        case "pipeline and answers":
            let answer = Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
            return { index in
                // Sixteen thousand questions, then as many answers.
                let round = index / 32_000
                let place = index % 32_000
                if place < 16_000 {
                    return PacketMaker.tcp(
                        client, 2000, server, 80,
                        sequence: UInt32(truncatingIfNeeded: 1 + (round * 16_000 + place) * request.count),
                        time: time(index), request)
                }
                return PacketMaker.tcp(
                    server, 80, client, 2000,
                    sequence: UInt32(truncatingIfNeeded: 1 + (round * 16_000 + place - 16_000) * answer.count),
                    time: time(index), answer)
            }
        case "sign-ons":
            let basic = Array("GET / HTTP/1.1\r\nHost: app.example\r\nAuthorization: Basic eDp5\r\n\r\n".utf8)
            return {
                PacketMaker.tcp(
                    client &+ UInt32($0), 1024 + $0 % 50_000, server, 80, sequence: 1, time: time($0), basic)
            }
        case "challenged":
            let answer = Array(
                "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n".utf8)
            return { index in
                let port = 1024 + index / 2 % 50_000
                return index % 2 == 0
                    ? PacketMaker.tcp(
                        client &+ UInt32(index / 2), port, server, 80, sequence: 1, time: time(index), request)
                    : PacketMaker.tcp(
                        server, 80, client &+ UInt32(index / 2), port, sequence: 1, time: time(index), answer)
            }
        case "unfinished headers":
            let long = Array("GET / HTTP/1.1\r\nHost: ".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 1200)
            return {
                PacketMaker.tcp(client &+ UInt32($0), 1024 + $0 % 50_000, server, 80, sequence: 1, time: time($0), long)
            }
        case "large messages":
            // A record of 40 000 octets on each connection, in 40 segments.
            return { index in
                let flow = index / 41
                var payload = [UInt8](repeating: 0, count: 1000)
                if index % 41 == 0 {
                    payload.replaceSubrange(0..<10, with: [0, 0, 0x9C, 0x40, 0x6C, 0x82, 0x9C, 0x3C, 0x30, 0x82])
                }
                if index % 41 == 40 { payload = [0, 0, 0, 0] }
                return PacketMaker.tcp(
                    client &+ UInt32(flow), 1024 + flow % 50_000, server, 88, sequence: UInt32(1 + index % 41 * 1000),
                    time: time(index), payload)
            }
        case "out of order":
            // A SYN, then octets with a hole before each, on many connections.
            return { index in
                let flow = index / 200
                let place = index % 200
                return PacketMaker.tcp(
                    client &+ UInt32(flow), 1024 + flow % 50_000, server, 80, sequence: UInt32(1 + place * 10),
                    flags: place == 0 ? TCP.syn : TCP.ack, time: time(index), place == 0 ? [] : [1])
            }
        case "fragments":
            return {
                PacketMaker.ipv4(
                    client &+ UInt32($0), server, ipProtocol: 17, identification: $0,
                    fragment: 0x2000 | UInt16($0 % 8000),
                    time: time($0), [UInt8](repeating: 0, count: 8))
            }
        case "fragments of one datagram":
            return {
                PacketMaker.ipv4(
                    client, server, ipProtocol: 17, identification: 7, fragment: 0x2000 | UInt16($0 * 2 % 8000),
                    time: time($0), [UInt8](repeating: 0, count: 8))
            }
        case "leaping time":
            return {
                PacketMaker.udp(
                    client &+ UInt32($0 % 70_000), 1024, server, 53,
                    time: start + Int64(max(0, $0 - 65_000)) * 11_000_000_000, [1])
            }
        case "requests":
            let asReq = try PacketMaker.kerberos(0x6A, in: try Samples.named("account-password-wrong"))
            return { PacketMaker.udp(client &+ UInt32($0), 1024 + $0 % 50_000, server, 88, time: time($0), asReq) }
        case "requests on one flow":
            let asReq = try PacketMaker.kerberos(0x6A, in: try Samples.named("account-password-wrong"))
            return {
                PacketMaker.udp(client, 1024, server, 88, time: time($0), PacketMaker.numbered(asReq, "svc-shop", $0))
            }
        case "refusals":
            let sample = try Samples.named("account-password-wrong")
            let asReq = try PacketMaker.kerberos(0x6A, in: sample)
            let error = try PacketMaker.kerberos(0x7E, in: sample)
            return { index in
                let host = client &+ UInt32(index / 2)
                return index % 2 == 0
                    ? PacketMaker.udp(host, 1024 + index / 2 % 50_000, server, 88, time: time(index), asReq)
                    : PacketMaker.udp(server, 88, host, 1024 + index / 2 % 50_000, time: time(index), error)
            }
        case "early replies":
            // Refusals, each for the request that would be captured behind it, and is not.
            let error = try PacketMaker.kerberos(0x7E, in: try Samples.named("account-password-wrong"))
            return { PacketMaker.udp(server, 88, client &+ UInt32($0), 1024 + $0 % 50_000, time: time($0), error) }
        case "ended flows":
            // A SYN and the RST that refuses it, again and again.
            return { index in
                let host = client &+ UInt32(index / 2)
                return index % 2 == 0
                    ? PacketMaker.tcp(host, 1024, server, 80, sequence: 100, flags: TCP.syn, time: time(index))
                    : PacketMaker.tcp(
                        server, 80, host, 1024, sequence: 0, acknowledgment: 101, flags: TCP.rst | TCP.ack,
                        time: time(index))
            }
        case "tickets":
            let reply = try PacketMaker.kerberos(0x6B, in: try Samples.named("healthy-mit-kdc"))
            return { index in
                var bytes = reply
                EditablePacket.put32(UInt32(index), at: bytes.count / 3, &bytes)
                return PacketMaker.udp(
                    server, 88, client &+ UInt32(index % 1000), 1024 + index % 50_000, time: time(index), bytes)
            }
        case "delegations":
            let request = try PacketMaker.kerberos(0x6C, in: try Samples.named("delegation-target-not-listed-mit-kdc"))
            return { PacketMaker.udp(client &+ UInt32($0), 1024 + $0 % 50_000, server, 88, time: time($0), request) }
        default: throw PacketMaker.MissingMessage()
        }
    }

    // MARK: The counted drops

    /// Of the flows that have ended only so many stay, and none of them counts as given up.
    @Test func endedFlows() throws {
        var settings = FlowSettings()
        settings.maximumLingering = 100
        let flood = try Self.flood("ended flows")
        var tracker = FlowTracker(context: DissectionContext(names: NameTable()), settings: settings)
        var most = 0
        for index in 0..<2000 {
            let packet = flood(index)
            tracker.process(
                packet.bytes.rawBytes,
                PacketRecord(
                    offset: 0, capturedLength: packet.bytes.count, originalLength: packet.bytes.count,
                    time: packet.time.map { CaptureTime(nanoseconds: $0) },
                    frame: FrameReference(capture: 0, frame: UInt64(index + 1)),
                    linkType: .raw, point: 0))
            most = max(most, tracker.flowCount)
        }
        #expect(most == 101)
        let ended = tracker.ended.count
        #expect(ended == 1000)
        #expect(tracker.counters.evictedFlows == 0)
    }

    /// Every refusal is told in the end, those for which there was no room to wait too.
    @Test func earlyReplies() throws {
        let result = Analysis.run(ListSource(count: 2560, try Self.flood("early replies")))
        #expect(result.messages[.kerberos] == 2560)
        #expect(result.limits.isEmpty)
    }

    @Test func flows() throws {
        var settings = AnalysisSettings()
        settings.flows.maximumFlows = 200
        #expect(Self.limits(2000, settings, try Self.flood("udp flows"))["flows"] == 1800)
    }

    @Test func streams() throws {
        var settings = AnalysisSettings()
        settings.flows.maximumStreams = 50
        #expect(Self.limits(500, settings, try Self.flood("transactions"))["streams"] == 450)
    }

    @Test func heldOctetsInAll() throws {
        var settings = AnalysisSettings()
        settings.flows.maximumHeldBytes = 100_000
        let dropped = Self.limits(1000, settings, try Self.flood("unfinished headers"))
        #expect(dropped["held_bytes", default: 0] > 1_000_000)
        #expect(Self.limits(20_000, settings, try Self.flood("out of order"))["held_bytes", default: 0] > 0)
    }

    @Test func heldOctetsAndSegmentsOfOneSide() throws {
        var settings = AnalysisSettings()
        settings.flows.maximumHeldSegmentsPerSide = 10
        let segments = Self.limits(100, settings, try Self.flood("out of order"))["held_bytes", default: 0]
        #expect(segments > 0 && segments <= 90)
        settings = AnalysisSettings()
        settings.flows.maximumHeldBytesPerSide = 10
        let octets = Self.limits(100, settings, try Self.flood("out of order"))["held_bytes", default: 0]
        #expect(octets > 0 && octets <= 90)
    }

    @Test func messageSize() throws {
        var settings = AnalysisSettings()
        settings.flows.maximumMessageBytes = 4000
        let dropped = Self.limits(410, settings, try Self.flood("large messages"))
        #expect(dropped["messages_too_large", default: 0] >= 10)
    }

    @Test func fragments() throws {
        var settings = AnalysisSettings()
        settings.flows.maximumFragmentedDatagrams = 20
        #expect(Self.limits(200, settings, try Self.flood("fragments"))["fragments"] == 180)
        settings = AnalysisSettings()
        settings.flows.maximumFragmentBytes = 100_000
        #expect(
            Self.limits(200, settings) {
                PacketMaker.ipv4(
                    Self.client, Self.server, ipProtocol: 17, identification: $0, fragment: 0x2000 | 1000,
                    time: Self.time($0), [1])
            }["fragments", default: 0] > 150)
        #expect(
            Self.limits(1000, AnalysisSettings(), try Self.flood("fragments of one datagram"))["fragments", default: 0]
                > 500)
    }

    @Test func pendingRequests() throws {
        var settings = AnalysisSettings()
        settings.exchanges.maximumPending = 30
        #expect(Self.limits(300, settings, try Self.flood("requests"))["pending_requests"] == 270)
        #expect(Self.limits(300, settings, try Self.flood("requests on one flow"))["pending_requests"] == 270)
    }

    @Test func ticketRequests() throws {
        var settings = AnalysisSettings()
        settings.exchanges.maximumTicketRequests = 30
        #expect(Self.limits(300, settings, try Self.flood("requests"))["ticket_requests"] == 270)
    }

    @Test func signOns() throws {
        var settings = AnalysisSettings()
        settings.exchanges.maximumSignOns = 30
        #expect(Self.limits(300, settings, try Self.flood("sign-ons"))["sign_ons"] == 270)
    }

    @Test func tickets() throws {
        var settings = AnalysisSettings()
        settings.exchanges.maximumTickets = 30
        #expect(Self.limits(300, settings, try Self.flood("tickets"))["tickets"] == 270)
    }

    @Test func transactions() throws {
        var settings = AnalysisSettings()
        settings.exchanges.maximumTransactions = 30
        #expect(Self.limits(300, settings, try Self.flood("transactions"))["transactions"] == 270)
        #expect(Self.limits(300, settings, try Self.flood("one long pipeline"))["transactions"] == 270)
    }

    @Test func names() {
        // Three eighths of the table are for names of this rank.
        let table = NameTable(maximumCount: 800)
        for number in 0..<10_000 { _ = table.intern("name \(number)") }
        #expect(
            table.count <= 300 && table.count >= 280 && table.goneCount == 10_000 - UInt64(table.count)
                && table.overflowCount == 0)
        let text = NameTable(maximumBytes: 8000)
        for number in 0..<10_000 { _ = text.intern("0123456\(100 + number % 900)") }
        #expect(text.count <= 300 && text.count >= 280)
    }

    /// More addresses than are kept, each asked for once: what is told of the first is told by its name.
    @Test func addresses() {
        let answer = Array("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".utf8)
        let result = Analysis.run(
            ListSource(count: 280_000) { index in
                let (number, client) = (index / 2, Self.client &+ UInt32(index / 2))
                if index % 2 == 1 {
                    return PacketMaker.tcp(Self.server, 80, client, 2000, sequence: 1, time: Self.time(index), answer)
                }
                let request = Array("GET /page/\(number) HTTP/1.1\r\nHost: app.example\r\n\r\n".utf8)
                return PacketMaker.tcp(client, 2000, Self.server, 80, sequence: 1, time: Self.time(index), request)
            })
        let first = result.transactions.first?.request
        #expect(first.flatMap { result.names.string($0.target) } == "/page/0")
        #expect(first.flatMap { result.names.string($0.host) } == "app.example")
        #expect(!result.limits.contains { $0.name == "names" })
    }

    // MARK: Memory and time with the bounds as they are

    /// What a whole run may take, whatever it reads.
    static let mostMemory = 256 << 20

    /// The most resident memory of this process so far, in octets.
    static var peak: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? .max / 2048) * 1024
    }

    /// Runs a flood at two lengths; stops the process where memory or time grow too much.
    static func measure(_ name: String, _ count: Int) {
        guard let flood = try? flood(name) else { fatalError("\(name): its sample is missing") }
        func seconds(_ count: Int) -> Double {
            let clock = ContinuousClock()
            return clock.measure { _ = Analysis.run(ListSource(count: count, flood)) } / .seconds(1)
        }
        let short = seconds(count / 10)
        let long = seconds(count)
        let line = "\(name): \(count) packets, \(peak >> 20) MB, \(short) s, \(long) s"
        FileHandle.standardError.write(Data((line + "\n").utf8))
        guard peak < mostMemory else { fatalError("\(line): too much memory") }
        // Ten times the flood takes about ten times as long; a quadratic step would take a hundred.
        guard long < 40 * short + 1 else { fatalError("\(line): too slow") }
    }

    @Test func defaultBoundsHold() async {
        // Each in a process of its own: what others allocate is not measured.
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("udp flows", 655_360)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("tcp flows", 655_360)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("transactions", 200_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("one long pipeline", 200_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("pipeline and answers", 320_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("sign-ons", 100_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("challenged", 400_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("unfinished headers", 200_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("large messages", 400_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("out of order", 600_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("fragments", 100_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("fragments of one datagram", 200_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("leaping time", 300_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("requests", 200_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("requests on one flow", 200_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("refusals", 200_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("tickets", 400_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("early replies", 100_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("ended flows", 400_000)
            }
        }
        await said {
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                BoundsTests.measure("delegations", 100_000)
            }
        }
    }

    /// Shows what a process wrote of itself.
    private func said(_ run: () async -> ExitTest.Result?) async {
        if let result = await run() { FileHandle.standardError.write(Data(result.standardErrorContent)) }
    }
}
