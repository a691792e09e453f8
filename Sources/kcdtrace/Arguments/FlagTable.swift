import PacketModel
import Diagnosis
import Dissectors
import Pipeline
import Reporting

/// Every flag. A flag means the same on every command that takes it.
enum FlagTable {
    static let all: [Flag] = input + selection + roles + [showTargets, update] + output + [help]

    /// Flags that name the input.
    static let input: [Flag] = [
        Flag(
            name: "read", short: "r", value: "FILE", values: .file,
            summary: "Read packets from FILE; - is standard input.",
            details: "May be given several times; the captures are then read as one timeline."
        ) {
            $0.paths.append($1.path)
            $0.hasInputFlag = true
            return nil
        },
        Flag(
            name: "iface", short: "i", value: "IF", summary: "Capture on an interface until interrupted.",
            details:
                """
                One only; the interface any stands for all of them. A filter is set in the kernel: what does not \
                match it is not counted.
                """
        ) {
            if let other = $0.interface {
                return "already capturing on \(other); one interface is captured on at a time, or any for all"
            }
            $0.interface = $1.text
            $0.hasInputFlag = true
            return nil
        },
        Flag(
            name: "max-unpacked", value: "SIZE", summary: "Unpack at most SIZE of a gzip or zstd capture.",
            details: """
                SIZE is in bytes, or with K, M, G or T in units of 1024. Without the flag 1 GiB is unpacked in any \
                case, and more only as far as traffic can be packed so small: a decompression bomb stops there. What \
                was read before is reported, and the exit status is 3.
                """
        ) {
            guard let size = byteCount($1.text) else { return "must be a size such as 500M or 20G" }
            $0.unpackLimit = .bytes(size)
            return nil
        },
        Flag(
            name: "threads", value: "N", summary: "Use at most N threads (default 2).",
            details: "1 does everything on one thread. The output does not depend on it."
        ) {
            guard let count = Int($1.text), (1...64).contains(count) else { return "must be a number from 1 to 64" }
            $0.threads = count
            return nil
        },
    ]

    /// Flags that choose packets.
    static let selection: [Flag] = [
        Flag(
            name: "filter", value: "BPF", summary: "Only packets that match the expression, as in tcpdump.",
            details: "May be given several times, and together with an expression given as operands: all must match."
        ) {
            $0.filters.append($1.text)
            return nil
        },
        Flag(
            name: "host", value: "ADDRESS", summary: "Only packets from or to this host.",
            details: "May be given several times: packets of any of the hosts are kept."
        ) {
            addAddress($1, to: &$0.hosts)
        },
        Flag(
            name: "since", value: "TIME", summary: "Only packets from this time on.",
            details: """
                A time is RFC 3339 (2026-11-21T09:12:00Z; a date alone is its midnight, no zone is UTC), \
                or a span after the first packet: 90s, 5m, 1h30m, 250ms.
                """
        ) { bound($1, &$0.since) },
        Flag(name: "until", value: "TIME", summary: "Only packets up to this time.") { bound($1, &$0.until) },
    ]

    /// Flags that say who is who, where that should not be inferred.
    static let roles: [Flag] = [
        Flag(name: "connector", value: "ADDRESS", summary: "This host is a connector.") {
            addAddress($1, to: &$0.connectors)
        },
        Flag(name: "kdc", value: "ADDRESS", summary: "This host is a KDC (domain controller).") {
            addAddress($1, to: &$0.kdcs)
        },
        Flag(name: "backend", value: "ADDRESS", summary: "This host is a backend (web server).") {
            addAddress($1, to: &$0.backends)
        },
    ]

    /// Shows what is left out of addresses.
    static let showTargets = Flag(
        name: "show-targets", summary: "Print whole request targets, which may hold passwords and session ids.",
        details: """
            Without it only the path of a request target or a Location is told, and what looks like a token is left \
            out: ?...(41 bytes). Users and passwords in front of a host name are left out even so, and credentials and \
            cookies are never read. Do not pass on what was written with it.
            """
    ) { settings, _ in
        settings.showsTargets = true
        return nil
    }

    /// Writes expectations.
    static let update = Flag(
        name: "update", summary: "Write what the captures show as what is expected of them.",
        details: """
            Findings that were expected to be absent, and still are, stay listed. Review the change in a diff. An \
            expectation that cannot be read is left alone, and so is one whose captures cannot be read.
            """
    ) {
        settings, _ in
        settings.updates = true
        return nil
    }

    /// Flags that shape the output.
    static let output: [Flag] = [
        Flag(name: "format", value: "FORMAT", values: .format, summary: "The form of the output.") {
            guard let format = OutputFormat(rawValue: $1.text) else { return "no such format" }
            $0.format = format
            return nil
        },
        Flag(
            name: "output", short: "o", value: "FILE", values: .result,
            summary: "Write results to FILE instead of standard output; never over a file that is read.",
            details: """
                A FILE that is also read, by whatever name or link, is refused before anything is read. Results are \
                written to a new file beside FILE and renamed to FILE once they are complete: a run that fails, is \
                killed or cannot read anything leaves FILE as it was. After SIGKILL the unfinished file, \
                .kcdtrace-*.tmp, stays behind. A new FILE can be read by its owner only (mode 0600); one that exists \
                keeps its mode. A FILE that is a symbolic link is refused. Pipes, devices and open descriptors such as \
                /dev/stdout are written to directly. To see results as they come, redirect standard output instead.
                """
        ) {
            $0.output = $1.path
            return nil
        },
        Flag(
            name: "color", value: "WHEN", values: .oneOf(["auto", "always", "never"]),
            summary: "Use colour: auto, always or never.",
            details: """
                auto, the default, follows the environment: NO_COLOR turns colour off, CLICOLOR_FORCE turns it on, \
                else it is used on a terminal.
                """
        ) {
            guard let choice = Settings.ColourChoice(rawValue: $1.text) else { return "must be auto, always or never" }
            $0.colour = choice
            return nil
        },
        Flag(name: "width", value: "COLUMNS", summary: "Wrap text at this width (default: the terminal's, else 80).") {
            guard let width = Int($1.text), (60...1000).contains(width) else {
                return "must be a number from 60 to 1000"
            }
            $0.width = width
            return nil
        },
        Flag(name: "verbose", short: "v", summary: "Tell healthy sign-ons, remarks and every frame too.") {
            settings, _ in
            settings.detail = .verbose
            return nil
        },
        Flag(name: "quiet", short: "q", summary: "Tell the verdict only.") { settings, _ in
            settings.detail = .quiet
            return nil
        },
        Flag(
            name: "fail-on", value: "LEVEL", values: .oneOf(["error", "warning", "info", "never"]),
            summary: "Exit with status 1 on findings of this level or above, or where a bound may hide some.",
            details: """
                The levels are info, warning and error. The default is never. The status is 1 too where more came than \
                can be kept, so that findings may be missing; the report says so in its first lines.
                """
        ) {
            if $1.text == "never" {
                $0.failOn = nil
            } else if let level = Severity.allCases.first(where: { [name = $1.text] in $0.name == name }) {
                $0.failOn = level
            } else {
                return "must be error, warning, info or never"
            }
            return nil
        },
    ]

    static let help = Flag(name: "help", short: "h", summary: "Show help for the command.") { settings, _ in
        settings.wantsHelp = true
        return nil
    }

    private static func addAddress(_ value: Flag.Value, to list: inout [IPAddress]) -> String? {
        guard let address = IPAddress(value.text) else { return "must be an IPv4 or IPv6 address" }
        list.append(address)
        return nil
    }

    /// A number of bytes: digits, and K, M, G or T for units of 1024; nil where it is none, nothing or too many.
    private static func byteCount(_ text: String) -> UInt64? {
        let units: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        let unit = text.last.flatMap { units[Character($0.uppercased())] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt64(digits), number > 0 else {
            return nil
        }
        let (size, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        return overflow ? nil : size
    }

    private static func bound(_ value: Flag.Value, _ bound: inout TimeBound?) -> String? {
        guard let found = TimeBound(value.text) else {
            return "must be a time such as 2026-11-21T09:12:00Z, or a span after the first packet such as 5m"
        }
        bound = found
        return nil
    }
}

extension TimeBound {
    /// Reads RFC 3339, or a span such as `90s`, `+5m`, `1h30m`, `250ms`.
    init?(_ text: String) {
        if let time = CaptureTime(rfc3339: text) {
            self = .at(time)
            return
        }
        var rest = text[...]
        if rest.first == "+" { rest = rest.dropFirst() }
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Int64(digits), let length = Self.nanoseconds(of: String(unit)) else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: length)
            let (sum, carry) = total.addingReportingOverflow(product)
            if overflow || carry { return nil }
            total = sum
        }
        if text.isEmpty || text == "+" { return nil }
        self = .afterStart(nanoseconds: total)
    }

    private static func nanoseconds(of unit: String) -> Int64? {
        switch unit {
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m", "min": 60_000_000_000
        case "h": 3_600_000_000_000
        case "d": 86_400_000_000_000
        default: nil
        }
    }
}
