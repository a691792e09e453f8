import Foundation
import Testing

/// Help, manual page and completions come from one table; these tests hold them against each other.
@Suite struct DocumentTests {
    /// The commands that help names.
    private static func commands() throws -> [String] {
        let help = try CommandLineRun(["help"]).output
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "Commands:"))
        return lines[(start + 1)...].prefix { !$0.isEmpty }.map { String($0.split(separator: " ")[0]) }
    }

    /// The long flags in a command's help.
    private static func flags(_ command: String) throws -> [String] {
        let help = try CommandLineRun(["help", command]).output
        return help.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("  "), let range = line.range(of: "--"),
                line.distance(from: line.startIndex, to: range.lowerBound) == 6
            else { return nil }
            return String(line[range.lowerBound...].prefix { $0 != " " })
        }
    }

    @Test func everyCommandAndFlagIsDocumentedEverywhere() throws {
        let commands = try Self.commands()
        #expect(commands.count >= 9)
        let man = try CommandLineRun(["man"]).output.replacingOccurrences(of: "\\-", with: "-")
        let scripts = try ["bash", "zsh", "fish"].map { try CommandLineRun(["completions", $0]).output }
        for command in commands {
            #expect(man.contains(".It Cm \(command)"))
            for script in scripts { #expect(script.contains(command)) }
            let flags = try Self.flags(command)
            #expect(flags.contains("--help"))
            for flag in flags {
                #expect(man.contains("Fl \(flag.dropFirst())"), "\(flag)")
                #expect(
                    scripts[0].contains(flag) && scripts[1].contains(flag)
                        && scripts[2].contains("-l \(flag.dropFirst(2))"))
            }
            #expect(try CommandLineRun([command, "--help"]).output == CommandLineRun(["help", command]).output)
        }
    }

    @Test func theManualPageIsClean() throws {
        let run = try CommandLineRun.shell("\"$KCDTRACE\" man | mandoc -T lint -W warning")
        #expect(run.status == 0, "\(run.output)")
    }

    @Test func completionsAreValidScripts() throws {
        #expect(try CommandLineRun.shell("\"$KCDTRACE\" completions bash | bash -n").status == 0)
        let run = try CommandLineRun.shell(
            """
            source <("$KCDTRACE" completions bash); COMP_WORDS=(kcdtrace ana); COMP_CWORD=1; _kcdtrace; echo \
            "${COMPREPLY[*]}"
            COMP_WORDS=(kcdtrace analyze --format ''); COMP_CWORD=3; _kcdtrace; echo "${COMPREPLY[*]}"
            COMP_WORDS=(kcdtrace analyze --fai); COMP_CWORD=2; _kcdtrace; echo "${COMPREPLY[*]}"
            """)
        #expect(run.output == "analyze\ntext json markdown\n--fail-on\n")
    }

    @Test func schemasArePrinted() throws {
        for kind in ["analysis", "message", "info", "verification", "expectation"] {
            let schema =
                try JSONSerialization.jsonObject(with: Data(CommandLineRun(["schema", kind]).output.utf8))
                as? [String: Any]
            #expect(schema?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        }
    }

    @Test func everythingThatIsListedCanBeExplained() throws {
        let list = try CommandLineRun(["explain"]).output
        let ids = list.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.map {
            String($0.split(separator: " ")[0])
        }
        #expect(ids.count > 100)
        for id in ids {
            let run = try CommandLineRun(["explain", id])
            #expect(run.status == 0, "\(id)")
        }
        #expect(try CommandLineRun(["explain", "13019"]).output.contains("13019"))
        #expect(try CommandLineRun(["explain", "KDC_ERR_BADOPTION"]).output.contains("13 KDC_ERR_BADOPTION"))
        #expect(try CommandLineRun(["explain", "zzzzqqqq"]).status == 2)
    }
}
