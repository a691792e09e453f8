import Foundation
import Testing

/// Flags that say which packets are read, and how far.
@Suite struct InputTests {
    @Test(
        arguments: [
            (["--filter", "port 88) or (port 80", "x"], "the filter cannot be used"),
            (["--host", "10.0.0.1", "--filter", "port 88) or (port 80", "x"], "the filter cannot be used"),
            (["-i", "lo", "-i", "any"], "already capturing on lo"), (["--iface=a", "-ib"], "already capturing on a"),
            (["--max-unpacked", "0", "x"], "must be a size"), (["--max-unpacked", "-1", "x"], "must be a size"),
            (["--max-unpacked", "K", "x"], "must be a size"), (["--max-unpacked", "1.5G", "x"], "must be a size"),
            (["--max-unpacked", "99999999999999999999", "x"], "must be a size"),
            (["--max-unpacked", "18446744073709551615K", "x"], "must be a size"),
            (["--max-unpacked", "1KB", "x"], "must be a size"),
            (["--max-unpacked"], "needs a value"),
        ] as [([String], String)])
    func whatCannotBeIsRefused(_ arguments: [String], _ part: String) throws {
        let run = try CommandLineRun(["analyze"] + arguments)
        #expect(run.status == 2 && run.output == "")
        #expect(run.errors.contains(part), "\(run.errors)")
    }

    @Test func tooManyCapturesAreRefusedBeforeAnyIsRead() throws {
        let run = try CommandLineRun(["info"] + Array(repeating: "x", count: 65_536))
        #expect(run.status == 2 && run.output == "")
        #expect(run.errors.contains("65536 captures are named; at most 65535"))
    }

    /// What was read before the limit is reported, and the exit status says that it is not all.
    @Test func maxUnpackedStopsReading() throws {
        let capture = try Samples.capture("backend-401-loop")
        let run = try CommandLineRun.shell(
            """
            d=$(mktemp -d); gzip -c '\(capture)' > "$d/c.gz"; for size in 2K 1M 0001m; do "$KCDTRACE" info --format \
            json --max-unpacked $size "$d/c.gz" > "$d/out" 2> "$d/err"; echo "status $?"; python3 -c 'import json,sys; \
            d=json.load(open(sys.argv[1])); print(d["complete"], 0 < d["captures"][0]["packets"] < 30)' "$d/out"; grep \
            -c max-unpacked "$d/err"; done; rm -r "$d"
            """)
        #expect(
            run.output == "status 3\nFalse True\n1\nstatus 0\nTrue False\n0\nstatus 0\nTrue False\n0\n", "\(run.output)"
        )
    }

    /// Hundreds of captures, in a row or at one time, with few descriptors.
    @Test(arguments: [1, 0]) func manyCapturesNeedFewDescriptors(secondsBetween: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kcdtrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for index in 0..<600 {
            var words: [UInt32] = [0xA1B2_C3D4, 0x0004_0002, 0, 0, 262_144, 1]
            words += [UInt32(index * secondsBetween), 0, 4, 60, 0]
            let bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) } }
            try Data(bytes).write(to: folder.appendingPathComponent("\(index).pcap"))
        }
        let run = try CommandLineRun.shell(
            "cd '\(folder.path)' && ulimit -n 80 && \"$KCDTRACE\" info --format json *.pcap > out; echo \"status $?\"")
        #expect(run.output == "status 0\n")
        let document =
            try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent("out")))
            as? [String: Any]
        let captures = try #require(document?["captures"] as? [[String: Any]])
        #expect(captures.count == 600 && captures.allSatisfy { $0["packets"] as? Int == 1 })
    }

    @Test func manyHostsAreNoMoreWorkThanOne() throws {
        let capture = try Samples.capture("backend-401-loop")
        let all = try CommandLineRun(["messages", capture]).output
        let others = (0..<3000).flatMap { ["--host", "198.18.\($0 / 250).\($0 % 250)"] }
        #expect(try CommandLineRun(["messages", capture] + others).output == "")
        let addresses = Set(all.matches(of: /"source":"([0-9.]+)"/).map { String($0.1) }).flatMap { ["--host", $0] }
        #expect(!addresses.isEmpty)
        #expect(try CommandLineRun(["messages", capture] + others + addresses).output == all)
    }
}

/// What a capture carries besides packets, and what becomes of it.
@Suite struct CarriedTests {
    @Test func keysAndNamesOfACaptureAreSaidToBeUnused() throws {
        func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
            let padded = body + Array(repeating: 0, count: (4 - body.count % 4) % 4)
            let length = UInt32(padded.count + 12)
            return [type, length].flatMap(Self.littleEndian) + padded + Self.littleEndian(length)
        }
        let section = block(
            0x0A0D_0D0A, [0x1A2B_3C4D, 0x0000_0001, 0xFFFF_FFFF, 0xFFFF_FFFF].flatMap(Self.littleEndian))
        let interface = block(1, [1, 262_144].flatMap(Self.littleEndian))
        let secret = "CLIENT_RANDOM 00112233 DEADBEEFCAFE\n"
        let secrets = block(
            10, [0x544C_534B, UInt32(secret.utf8.count)].flatMap(Self.littleEndian) + Array(secret.utf8))
        let names = block(4, [1, 0, 8, 0, 192, 0, 2, 10] + Array("dc1\0".utf8) + [0, 0, 0, 0])
        let packet = block(6, [0, 0, 0, 60, 60].flatMap(Self.littleEndian) + Array(repeating: 0, count: 60))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kcdtrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("keys.pcapng")
        try Data(section + interface + secrets + names + packet).write(to: file)

        let info = try CommandLineRun(["info", file.path])
        #expect(info.status == 0)
        #expect(info.output.contains("keys        1 block of decryption secrets, not used: nothing is decrypted"))
        #expect(info.output.contains("names       1 name recorded for addresses, not used"))
        let json = try CommandLineRun(["info", "--format", "json", file.path])
        let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        let capture = try #require((document?["captures"] as? [[String: Any]])?.first)
        #expect(capture["decryption_secrets"] as? Int == 1 && capture["recorded_names"] as? Int == 1)
        let report = try CommandLineRun(["analyze", "--width", "200", file.path])
        #expect(report.output.contains("the capture holds keys for it: they are not used"))
        #expect(!(info.output + json.output + report.output).contains("DEADBEEF"))
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
