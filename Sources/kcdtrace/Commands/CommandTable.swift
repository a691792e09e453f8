import Diagnosis
import Reporting

/// Every command.
enum CommandTable {
    /// In the order in which help shows them.
    static let all: [Command] = [
        analyze, messages, info, explain, verify, schema, completions, man, help, version,
    ]

    /// The command of this name.
    static func command(_ name: String) -> Command? { all.first { $0.name == name } }

    private static let reading = FlagTable.input + FlagTable.selection
    private static let page = FlagTable.output.filter { ["output", "color", "width"].contains($0.name) }

    static let analyze = Command(
        name: "analyze", operands: "[FILE ... | -r FILE [BPF] | -i IF [BPF]]",
        summary: "Say why sign-ons failed, and what to do.",
        description: """
            Reads captures of Kerberos constrained delegation sign-ons, follows each one from the connector's logon to \
            the backend's answer, and reports the verdict, the failed sign-ons with their frames, the causes and the \
            fixes. Several captures are read as one timeline. \(DocumentedFix.shellNote)
            """,
        flags: reading + FlagTable.roles + [FlagTable.showTargets] + FlagTable.output,
        formats: AnalyzeCommand.writers.map(\.format), operandKind: .captures,
        examples: [
            ("kcdtrace analyze connector.pcapng", "the usual case"),
            ("kcdtrace analyze --format json --fail-on error a.pcap b.pcap", "in a pipeline"),
            ("kcdtrace analyze -i eth0 port 88 or port 80", "on a gateway, until Ctrl-C"),
        ],
        run: AnalyzeCommand.run)

    static let messages = Command(
        name: "messages", operands: "[FILE ... | -r FILE [BPF] | -i IF [BPF]]",
        summary: "Write every decoded message as one JSON object per line.",
        description: """
            Writes every Kerberos and HTTP message that was decoded, in the order of the frames that completed them; \
            copies and incomplete messages too, marked as such. Secrets are never written: tickets appear by a digest \
            of their cipher, credentials by their kind, request targets without their query.
            """,
        flags: reading + [FlagTable.showTargets] + FlagTable.output.filter { ["format", "output"].contains($0.name) },
        formats: [.ndjson],
        operandKind: .captures,
        examples: [
            ("kcdtrace messages -r connector.pcapng | jq 'select(.error_code == 13)'", "every KDC_ERR_BADOPTION")
        ],
        run: MessagesCommand.run)

    static let info = Command(
        name: "info", operands: "[FILE ... | -r FILE [BPF]]",
        summary: "Describe captures: format, interfaces, times, gaps, protocols.",
        description: """
            Says what captures are and what they hold before anything is judged: file format and compression, \
            interfaces, times, packets cut, lost, doubled, missing, not IP or not decoded, and the messages found.
            """,
        flags: reading + FlagTable.output.filter { ["format", "output", "color", "width"].contains($0.name) },
        formats: InfoCommand.writers.map(\.format), operandKind: .captures,
        examples: [("kcdtrace info *.pcapng", "which of these captures is any good?")],
        run: InfoCommand.run)

    static let explain = Command(
        name: "explain", operands: "[NAME | EVENT | CODE | WORD ...]",
        summary: "Explain a finding, a connector event, an error code or a word.",
        description: """
            Explains a finding by its name, a connector event by its number, a Kerberos error by number or name, or \
            whatever matches the words given. Without operands it lists what can be explained; in Markdown as the \
            table of findings.
            """,
        flags: FlagTable.output.filter { ["format", "output", "color", "width"].contains($0.name) },
        formats: [.text, .markdown], operandKind: .words(Explanation.ids),
        examples: [
            ("kcdtrace explain delegation-denied", "a finding"),
            ("kcdtrace explain 13019", "a connector event"),
            ("kcdtrace explain KDC_ERR_BADOPTION", "an error code"),
        ],
        run: ExplainCommand.run)

    static let verify = Command(
        name: "verify", operands: "DIR ...", summary: "Run a corpus of captures as regression tests.",
        description: """
            Analyses every capture below the folders named and compares what it shows with what is expected. A folder \
            with an expect.json, or with one capture, is one test; in other folders each capture is a test of its own, \
            and CAPTURE.expect.json stands beside it. Links below the folders are not followed, and nothing but files \
            is opened. The exit status is 1 where anything differs.
            """,
        flags: [FlagTable.update] + FlagTable.output.filter { ["format", "output"].contains($0.name) },
        formats: VerifyCommand.writers.map(\.format), operandKind: .folders,
        examples: [
            ("kcdtrace verify captures/", "in CI"),
            ("kcdtrace verify --update captures/ && git diff", "after adding a capture, or an intended change"),
        ],
        run: VerifyCommand.run)

    static let schema = Command(
        name: "schema", operands: "[analysis | message | info | verification | expectation]",
        summary: "Print the JSON Schema of the output.",
        description: """
            Prints the JSON Schema (draft 2020-12) of the analysis document, of one message record, of what info or \
            verify writes, or of an expect.json.
            """,
        flags: FlagTable.output.filter { $0.name == "output" },
        operandKind: .words(["analysis", "message", "info", "verification", "expectation"]),
        run: SchemaCommand.run)

    static let completions = Command(
        name: "completions", operands: "bash | zsh | fish", summary: "Print completions for a shell.",
        description: "Prints a script that completes commands, flags and their values in the shell named.",
        flags: FlagTable.output.filter { $0.name == "output" }, operandKind: .words(["bash", "zsh", "fish"]),
        examples: [("kcdtrace completions bash > /etc/bash_completion.d/kcdtrace", "for every user")],
        run: CompletionsCommand.run)

    static let man = Command(
        name: "man", operands: "", summary: "Print the manual page.",
        description: "Prints the manual page in mdoc, as man(1) reads it.",
        flags: FlagTable.output.filter { $0.name == "output" },
        examples: [("kcdtrace man | man -l -", "read it now")],
        run: ManCommand.run)

    static let help = Command(
        name: "help", operands: "[COMMAND]", summary: "Show help for the program or a command.",
        description: "Shows help for the program, or for the command named.", flags: [],
        operandKind: .words([
            "analyze", "messages", "info", "explain", "verify", "schema", "completions", "man", "version",
        ]),
        run: HelpCommand.run)

    static let version = Command(
        name: "version", operands: "", summary: "Print the version.",
        description: "Prints the program's name and version.", flags: [], run: VersionCommand.run)
}
