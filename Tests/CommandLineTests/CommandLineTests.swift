import Foundation
import Testing

@Suite struct CommandLineTests {
    @Test(
        arguments: [
            ([], "Did you mean: kcdtrace analyze FILE"), (["some.pcap"], "Did you mean: kcdtrace analyze some.pcap"),
            (["-"], "Did you mean: kcdtrace analyze -"), (["analyse", "x"], "Did you mean: kcdtrace analyze"),
            (["-v", "x.pcap"], "Did you mean: kcdtrace analyze -v x.pcap"),
            (["analyze", "--fromat", "json", "x"], "Did you mean: --format"),
            (["analyze", "--format", "jsno", "x"], "Did you mean: --format json"), (["analyze"], "no capture is named"),
            (["analyze", "--width"], "needs a value"),
            (["analyze", "--width", "3", "x"], "must be a number from 60 to 1000"),
            (["analyze", "--verbose=1", "x"], "takes no value"),
            (["info", "--fail-on", "error", "x"], "info does not take --fail-on"),
            (["analyze", "--kdc", "dc1", "x"], "must be an IPv4 or IPv6 address"),
            (["analyze", "--since", "noon", "x"], "must be a time"),
            (["analyze", "-r", "x", "--filter", "port", "port 88"], "the filter cannot be used"),
            (["analyze", "-i", "lo", "-r", "x"], "not both"), (["man", "x"], "takes no operand"),
            (["analyze", "--since", "2026-01-02", "--until", "2026-01-01", "x"], "--until is before --since"),
        ] as [([String], String)])
    func usageErrorsSayWhatToDo(_ arguments: [String], _ part: String) throws {
        let run = try CommandLineRun(arguments)
        #expect(run.status == 2)
        #expect(run.errors.contains(part), "\(run.errors)")
        #expect(run.output == "")
    }

    @Test func unreadableInputIsStatusThreeAndStillOneDocument() throws {
        for name in ["/nonexistent/x.pcap", #filePath, "/dev/null", "/tmp"] {
            let run = try CommandLineRun(["analyze", "--format", "json", "--fail-on", "info", name])
            #expect(run.status == 3)
            let document = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            #expect(document?["complete"] as? Bool == false)
            #expect(run.errors.contains(name))
        }
    }

    @Test func exitStatusFollowsFailOn() throws {
        let capture = try Samples.capture("backend-401-loop")
        #expect(try CommandLineRun(["analyze", capture]).status == 0)
        #expect(try CommandLineRun(["analyze", "--fail-on", "error", capture]).status == 1)
        #expect(try CommandLineRun(["analyze", "--fail-on", "error", "--quiet", capture]).status == 1)
        #expect(try CommandLineRun(["analyze", "--fail-on", "never", capture]).status == 0)
    }

    @Test func colourFollowsFlagThenEnvironment() throws {
        let capture = try Samples.capture("backend-401-loop")
        func isColoured(_ flags: [String], _ environment: [String: String]) throws -> Bool {
            try CommandLineRun(["analyze", "-q", capture] + flags, environment: environment).output.contains("\u{1B}[")
        }
        #expect(try !isColoured([], [:]))
        #expect(try isColoured([], ["CLICOLOR_FORCE": "1"]))
        #expect(try !isColoured([], ["CLICOLOR_FORCE": "0"]))
        #expect(try !isColoured([], ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"]))
        #expect(try isColoured(["--color", "always"], ["NO_COLOR": "1"]))
        #expect(try !isColoured(["--color=never"], ["CLICOLOR_FORCE": "1"]))
    }

    @Test func aClosedPipeIsAQuietEnd() throws {
        let capture = try Samples.capture("backend-401-loop")
        let run = try CommandLineRun.shell(
            "set -o pipefail; \"$KCDTRACE\" messages '\(capture)' | head -c 1 >/dev/null; echo \"${PIPESTATUS[0]}\"")
        #expect(run.output == "0\n")
    }

    @Test func fileNamesNeedNotBeText() throws {
        let capture = try Samples.capture("backend-401-loop")
        let run = try CommandLineRun.shell(
            """
            d=$(mktemp -d); cp '\(capture)' "$d/"$'a\\xff b\\x1b[31m.pcap'; \
            "$KCDTRACE" analyze --format json "$d/"$'a\\xff b\\x1b[31m.pcap' > "$d/out"; echo "status $?"; \
            python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["complete"])' "$d/out"; rm -r "$d"
            """)
        #expect(run.output == "status 0\nTrue\n")
    }

    @Test func operandsAfterAReadFlagAreAFilter() throws {
        let capture = try Samples.capture("backend-401-loop")
        let all = try CommandLineRun(["messages", "-r", capture]).output.split(separator: "\n").count
        let kerberos = try CommandLineRun(["messages", "-r", capture, "port", "88"]).output.split(separator: "\n").count
        let none = try CommandLineRun(["messages", "-r\(capture)", "--filter", "port 88", "not", "port", "88"]).output
        #expect(kerberos > 0 && kerberos < all)
        #expect(none == "")
    }

    @Test func timesCountFromTheFirstPacket() throws {
        let capture = try Samples.capture("backend-401-loop")
        let all = try CommandLineRun(["messages", capture]).output
        #expect(try CommandLineRun(["messages", "--since", "0s", "--until", "1d", capture]).output == all)
        #expect(try CommandLineRun(["messages", "--since", "1d", capture]).output == "")
        #expect(try CommandLineRun(["messages", "--until", "1999-01-01", capture]).output == "")
    }

    @Test func resultsCanGoToAFile() throws {
        let capture = try Samples.capture("backend-401-loop")
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("kcdtrace-\(UUID().uuidString).txt")
        defer { try? FileManager.default.removeItem(at: file) }
        let run = try CommandLineRun(["analyze", "-o", file.path, capture])
        #expect(run.status == 0 && run.output == "")
        #expect(try String(contentsOf: file, encoding: .utf8) == CommandLineRun(["analyze", capture]).output)
        #expect(try CommandLineRun(["analyze", "-o", "/nonexistent/x", capture]).status == 2)
    }

    /// Where more came than is kept a failure may be missing: whoever asks for a status on failures is not told that
    /// there are none.
    @Test func aReachedBoundIsAStatus() throws {
        // A pcap of raw IPv4: a SYN from each of more hosts than flows are kept.
        func littleEndian(_ value: UInt32) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
        }
        func bigEndian(_ value: UInt32) -> [UInt8] { littleEndian(value).reversed() }
        func capture(_ count: UInt32) -> Data {
            var bytes = [UInt8](
                [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0] + littleEndian(0) + littleEndian(0) + littleEndian(65_535)
                    + littleEndian(101))
            for index in 0..<count {
                bytes += littleEndian(1_700_000_000) + littleEndian(index) + littleEndian(40) + littleEndian(40)
                bytes +=
                    [0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0] + bigEndian(0x0B00_0000 + index) + bigEndian(0xC000_0201)
                bytes += [4, 1, 0, 80] + bigEndian(index) + bigEndian(0) + [0x50, 2, 4, 0, 0, 0, 0, 0]
            }
            return Data(bytes)
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("kcdtrace-\(UUID().uuidString).pcap")
        defer { try? FileManager.default.removeItem(at: file) }
        func status(_ arguments: [String]) throws -> Int32 {
            try CommandLineRun(["analyze", "-q"] + arguments + [file.path]).status
        }
        try capture(70_000).write(to: file)
        #expect(try status(["--fail-on", "error"]) == 1)
        #expect(try status(["--fail-on", "never"]) == 0)
        #expect(try status([]) == 0)
        let sentence = "More came than can be kept: 4,464 connections were given up."
        #expect(
            try CommandLineRun(["analyze", "-q", "--width", "200", file.path]).output.contains(
                sentence + " Failures may be missing."))
        #expect(try CommandLineRun(["info", "--width", "200", file.path]).output.hasPrefix(sentence + "\n"))
        try capture(1000).write(to: file)
        #expect(try status(["--fail-on", "error"]) == 0)
    }
}
