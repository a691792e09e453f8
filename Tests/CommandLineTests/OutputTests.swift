import Foundation
import Testing

/// What is read is never written over, and what stood in a file stays there until there is something whole to replace
/// it.
@Suite struct OutputTests {
    /// A folder with two captures, `in.pcapng` and `other.pcapng`, and other names of the first.
    private static let captures = """
        set -u; d=$(mktemp -d); trap 'rm -rf "$d"' EXIT; cd "$d"; mkdir sub
        cp "$CAPTURE" in.pcapng; cp "$CAPTURE" other.pcapng; ln -s in.pcapng link; ln in.pcapng hard; ln -s ../hard \
        sub/link
        ln -s "$d" folder; sum() { sha256sum < in.pcapng; }; before=$(sum)
        """

    /// Runs a program with no signal blocked: the threads of a test runner block most of them, and pass that on.
    private static let unblocked = "perl -MPOSIX -e 'sigprocmask(SIG_SETMASK, POSIX::SigSet->new); exec @ARGV'"

    private static func shell(_ lines: String) throws -> (status: Int32, output: String) {
        let capture = try Samples.capture("event-13019-delegation-denied")
        return try CommandLineRun.shell("CAPTURE='\(capture)'\n\(captures)\n\(lines)")
    }

    @Test(arguments: [
        "analyze -o in.pcapng in.pcapng", "analyze -o ./in.pcapng in.pcapng", "analyze -o \"$d/in.pcapng\" in.pcapng",
        "analyze -o sub/../in.pcapng in.pcapng", "analyze -o folder/in.pcapng in.pcapng", "analyze -o link in.pcapng",
        "analyze -o hard in.pcapng", "analyze -o in.pcapng link", "analyze -o in.pcapng hard",
        "analyze -o sub/link hard",
        "analyze -o in.pcapng other.pcapng in.pcapng", "analyze -r other.pcapng -r in.pcapng -o hard port 88",
        "analyze --format json -oin.pcapng in.pcapng", "analyze --format markdown --output=hard in.pcapng",
        "analyze -h -o in.pcapng in.pcapng", "analyze --help -r in.pcapng -o hard",
        "messages -o in.pcapng in.pcapng", "messages -o link other.pcapng in.pcapng", "messages -r in.pcapng -o hard",
        "info -o in.pcapng in.pcapng", "info --format json -o hard in.pcapng",
        "analyze -o in.pcapng - < in.pcapng", "messages -r - -o hard < in.pcapng",
        "analyze -o in.pcapng /dev/stdin < in.pcapng",
        "messages in.pcapng >> in.pcapng", "analyze hard 1<> in.pcapng",
        "analyze -o /dev/stdout in.pcapng >> in.pcapng",
        "analyze -o /dev/fd/5 in.pcapng 5>> in.pcapng", "analyze -o /proc/self/fd/5 link 5<> in.pcapng",
        "verify -o in.pcapng .", "verify --format json -o hard sub/..",
        "verify --update --format tap -o folder/in.pcapng .",
        "verify -h -o in.pcapng in.pcapng",
    ])
    func noInputIsWrittenOver(_ arguments: String) throws {
        let run = try Self.shell(
            """
            "$KCDTRACE" \(arguments); echo "status $?"
            [ "$before" = "$(sum)" ] && echo unharmed; find . -name '.*.tmp' -o -name '*expect.json'
            """.replacingOccurrences(of: "\(arguments);", with: "\(arguments) 2> err;") + "\ncat err")
        #expect(run.output.contains("status 2\nunharmed\n") || run.output.hasPrefix("unharmed\n"), "\(run.output)")
        #expect(run.output.contains("results are never written over what is read"), "\(run.output)")
    }

    /// The expectations of a corpus are read too, those that are yet to be written among them.
    @Test func noExpectationIsWrittenOver() throws {
        let run = try Self.shell(
            """
            mkdir corpus; cp in.pcapng corpus/; "$KCDTRACE" verify --update -o corpus/expect.json corpus; echo "status \
            $?"
            "$KCDTRACE" verify --update -o first corpus; cp corpus/expect.json kept; ln corpus/expect.json hard.json
            "$KCDTRACE" verify -o hard.json corpus; echo "status $?"; cmp kept corpus/expect.json && cat first
            """)
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 6 && lines[1] == "status 2" && lines[3] == "status 2", "\(run.output)")
        #expect(lines[0].contains("corpus/expect.json: this is an input"))
        #expect(lines[4] == "created corpus")
    }

    @Test(arguments: ["TERM", "INT", "HUP", "KILL"], ["analyze", "messages", "info"])
    func anEndedRunLeavesWhatWasThere(_ signal: String, _ command: String) throws {
        let run = try Self.shell(
            """
            set -m; mkfifo pipe; echo old > out; chmod 640 out
            \(Self.unblocked) "$KCDTRACE" \(command) -o out pipe & program=$!
            exec 3> pipe; head -c 9000 in.pcapng >&3
            [ $(ls -A | grep -c '^\\.kcdtrace-.*\\.tmp$') = 1 ] && echo drafted; stat -c %a .kcdtrace-*.tmp
            kill -\(signal) $program; wait $program; echo "status $?"; cat out; stat -c %a out; ls -A | grep -c tmp
            """)
        let lines = run.output.split(separator: "\n").filter { !$0.contains("sigprocmask") && !$0.hasPrefix("[") }
        let number = ["TERM": 15, "INT": 2, "HUP": 1, "KILL": 9][signal] ?? 0
        // Only after SIGKILL the draft is still there.
        #expect(
            lines.suffix(6) == [
                "drafted", "640", "status \(128 + number)", "old", "640", signal == "KILL" ? "1" : "0",
            ], "\(run.output)")
    }

    @Test func hangingUpIsIgnoredWhereItWas() throws {
        let run = try Self.shell(
            """
            mkfifo pipe; (trap '' HUP; exec \(Self.unblocked) "$KCDTRACE" analyze -q -o out pipe) & program=$!
            exec 3> pipe; head -c 9000 in.pcapng >&3; kill -HUP $program; tail -c +9001 in.pcapng >&3; exec 3>&-
            wait $program; echo "status $?"; head -c 6 out
            """)
        #expect(run.output == "status 0\nFAILED")
    }

    @Test(arguments: ["analyze", "info", "messages", "analyze --format json"])
    func whatCannotBeReadLeavesWhatWasThere(_ command: String) throws {
        let run = try Self.shell(
            """
            echo old > out; echo "no capture" > text; : > empty
            for input in missing text empty sub "missing empty"; do
                "$KCDTRACE" \(command) -o out $input 2> err; echo "status $?"; grep -c 'out: not written' err; cat out
                "$KCDTRACE" \(command) -o new $input 2> err; [ -e new ] && echo made
            done
            "$KCDTRACE" \(command) -o out missing in.pcapng 2> err; echo "status $?"; [ $(wc -l < out) -gt 3 ] && echo \
            replaced
            """)
        let expected = String(repeating: "status 3\n1\nold\n", count: 5) + "status 3\nreplaced\n"
        #expect(run.output == expected, "\(run.output)")
    }

    @Test func modesAreKeptAndNewFilesPrivate() throws {
        let run = try Self.shell(
            """
            umask 0; run() { "$KCDTRACE" analyze -q -o "$1" in.pcapng; stat -c '%a %h' "$1"; }
            run new; for mode in 600 644 640 664; do echo old > old; chmod $mode old; run old; done
            "$KCDTRACE" man -o page; stat -c %a page; ln old twin; run old; cat twin | wc -l; ls -A | grep tmp
            """)
        #expect(run.output == "600 1\n600 1\n644 1\n640 1\n664 1\n600\n664 1\n4\n", "\(run.output)")
    }

    @Test func linksAreRefused() throws {
        let run = try Self.shell(
            """
            echo old > real; ln -s real way; ln -s nowhere dangling; ln -s /dev/null sink; ln -s sub into
            for name in way dangling sink into; do for command in "analyze in.pcapng" man "explain 13019" "completions \
            bash" schema
                do "$KCDTRACE" $command -o $name 2>> err; echo $?; done; done | sort | uniq -c
            cat real; [ -e nowhere ] || echo none; grep -c 'this is a symbolic link, and results do not follow links' \
            err
            """)
        #expect(run.output == "     20 2\nold\nnone\n20\n", "\(run.output)")
    }

    @Test func whatIsNoFileIsWrittenDirectly() throws {
        let run = try Self.shell(
            """
            run() { "$KCDTRACE" analyze -q -o "$@" in.pcapng; }
            run /dev/null; run /dev/stdout | head -c 6; echo; run >(head -c 6) | cat; echo; run /dev/stderr 2>&1 | \
            head -c 6; echo
            echo kept > log; run /dev/stdout >> log; run /dev/fd/7 7>> log; grep -cE '^(kept|FAILED)' log
            mkfifo pipe; head -c 6 pipe & run pipe; wait; echo; [ -p pipe ] && echo "still a FIFO"
            run /dev/full 2>&1; echo $?; run /dev/fd/8 2>&1; echo $?; run /dev/fd/9 9< other.pcapng 2>&1; echo $?; ls \
            -A | grep tmp
            """)
        #expect(
            run.output == """
                FAILED
                FAILED
                FAILED
                3
                FAILED
                still a FIFO
                kcdtrace: /dev/full: cannot be written: No space left on device
                2
                kcdtrace: /dev/fd/8: cannot be written: Bad file descriptor
                2
                kcdtrace: /dev/fd/9: cannot be written: Bad file descriptor
                2

                """, "\(run.output)")
    }

    @Test func whereNothingCanBeWrittenIsSaid() throws {
        let run = try Self.shell(
            """
            for name in none/out sub in.pcapng/out /proc/none '' sub/. "$(printf 'x%.0s' {1..300})"
                do "$KCDTRACE" analyze -o "$name" other.pcapng 2>&1 | cut -c 1-400; echo ${PIPESTATUS[0]}; done
            """)
        let lines = run.output.split(separator: "\n")
        #expect(
            lines.enumerated().allSatisfy {
                $0.offset % 2 == 0 ? $0.element.contains("cannot be written: ") : $0.element == "2"
            }, "\(run.output)")
        #expect(
            lines.count == 14
                && lines[0] == "kcdtrace: none/out: cannot be written: the folder none: No such file or directory")
    }

    static var mayMount: Bool { (try? CommandLineRun.shell("unshare -m mount -t tmpfs none /mnt").status) == 0 }

    @Test(.enabled(if: mayMount, "mounting needs root")) func aFullDiskLeavesWhatWasThere() throws {
        let run = try Self.shell(
            """
            mkdir disk; unshare -m bash -c 'mount -t tmpfs -o size=8k none disk; cd disk; echo old > out
                "$KCDTRACE" messages -o out ../in.pcapng; echo "status $?"; cat out; ls -A
                mount -o remount,ro . ; "$KCDTRACE" analyze -o out ../in.pcapng; echo "status $?"; cat out'
            """)
        #expect(
            run.output == """
                kcdtrace: out: cannot be written: No space left on device
                status 2
                old
                out
                kcdtrace: out: cannot be written: Read-only file system
                status 2
                old

                """, "\(run.output)")
    }

    /// A name with a line break or an escape sequence in it stays on its line, wherever it is echoed.
    @Test(arguments: [
        "analyze \"$name\"", "info \"$name\"", "messages \"$name\"", "analyze -r \"$name\" -o \"$d/$name/out\"",
        "\"$name\"", "\"./$name\"",
        "-\"$name\"", "analyze --\"$name\" x", "analyze --format \"$name\" x", "analyze --kdc \"$name\" x",
        "analyze -i \"$name\"",
        "analyze --filter \"$name\" in.pcapng", "explain \"$name\"", "help \"$name\"", "man \"$name\"",
        "verify \"$name\"",
        "schema \"$name\"", "completions \"$name\"", "analyze -o \"$name/\" in.pcapng", "analyze --since \"$name\" x",
    ])
    func namesStayOnTheirLine(_ arguments: String) throws {
        let run = try Self.shell(
            """
            name=$'qqzz\\nxxqq: qqxx\\r\\n\\x1b[31m\\xe2\\x80\\xae'; "$KCDTRACE" \(arguments) > out 2> err; echo $(($? \
            != 0)); cat err
            """)
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        #expect(run.output.hasPrefix("1\n") && lines.count > 1, "\(run.output)")
        #expect(
            lines.allSatisfy { line in
                line.isEmpty || ["kcdtrace: ", "Did you mean: ", "Try: "].contains { line.hasPrefix($0) }
            }, "\(run.output)")
        #expect(!run.output.unicodeScalars.contains { $0 != "\n" && ($0.value < 32 || $0 == "\u{202E}") })
    }

    @Test(arguments: [
        "analyze", "analyze -v", "analyze --format markdown", "analyze --format json", "info", "info --format json",
        "messages",
    ])
    func reportsKeepNamesOnTheirLine(_ command: String) throws {
        let run = try Self.shell(
            """
            name=$'qq\\nforged: xx\\r\\x1b[31m\\xe2\\x80\\xae\\xff.pcapng'; cp in.pcapng "$name"; "$KCDTRACE" \
            \(command) "$name" 2>&1; echo $?
            """)
        #expect(run.output.hasSuffix("\n0\n") && run.output.contains("forged: xx"), "\(run.output)")
        #expect(!run.output.contains("\nforged"))
        #expect(
            !run.output.unicodeScalars.contains {
                $0 != "\n" && ($0.value < 32 || $0 == "\u{202E}" || $0 == "\u{FFFD}")
            })
    }

    /// What is suggested to be typed is safe to paste, whatever a file is called.
    @Test func suggestionsAreQuoted() throws {
        let run = try Self.shell(
            """
            name='$(touch x); `y`.pcap'; : > "$name"; "$KCDTRACE" "$name" 2>&1; "$KCDTRACE" -v "it's" 2>&1
            """)
        #expect(run.output.contains("Did you mean: kcdtrace analyze '$(touch x); `y`.pcap'\n"), "\(run.output)")
        #expect(run.output.contains(#"Did you mean: kcdtrace analyze -v 'it'\''s'"#))
    }
}
