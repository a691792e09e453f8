/// The manual page in mdoc(7), made from the tables.
enum ManualPage {
    static var text: String {
        var page = """
            .Dd November 21, 2026
            .Dt KCDTRACE 1
            .Os
            .Sh NAME
            .Nm kcdtrace
            .Nd say why Kerberos constrained delegation sign-ons failed
            .Sh SYNOPSIS

            """
        for command in CommandTable.all {
            page += ".Nm\n.Cm \(command.name)\n"
            if !command.flags.isEmpty { page += ".Op Ar flags\n" }
            if !command.operands.isEmpty { page += ".Ar \(escaped(command.operands))\n" }
        }
        page += """
            .Sh DESCRIPTION
            .Nm
            reads packet captures of sign-ons in which an Application Proxy connector
            obtains Kerberos tickets on a user's behalf and presents them to a web backend,
            and says why they failed: the verdict first, then the frames that prove it,
            the causes in order of likelihood, and the commands that fix them.
            .Pp
            The commands are:
            .Bl -tag -width Ds

            """
        for command in CommandTable.all {
            page +=
                ".It Cm \(command.name)" + (command.operands.isEmpty ? "" : " Ar \(escaped(command.operands))") + "\n"
            page += sentences(command.description)
            if command.formats.count > 1 {
                let names = command.formatNames
                page += "Formats: \(names.joined(separator: ", ")); the default is \(names[0]).\n"
            }
        }
        page += ".El\n.Pp\nThe flags mean the same on every command that takes them:\n.Bl -tag -width Ds\n"
        for flag in FlagTable.all {
            page += ".It " + flagHead(flag) + "\n" + sentences(flag.summary)
            if !flag.details.isEmpty { page += sentences(flag.details) }
        }
        page += ".El\n" + closing
        return page
    }

    private static func flagHead(_ flag: Flag) -> String {
        let value = flag.value.map { " Ar \($0)" } ?? ""
        let long = "Fl \\-\(escaped(flag.name))\(value)"
        return flag.short.map { "Fl \($0)\(value) , \(long)" } ?? long
    }

    /// Prose with each sentence on a line of its own, as mdoc wants it.
    private static func sentences(_ text: String) -> String {
        var out = ""
        for line in escaped(text).split(separator: "\n") {
            var rest = line[...]
            while let end = rest.firstRange(of: ". ") {
                out += guarded(rest[..<end.lowerBound] + ".")
                rest = rest[end.upperBound...]
            }
            out += guarded(rest)
        }
        return out
    }

    /// A line that mdoc cannot take for a request.
    private static func guarded(_ line: some StringProtocol) -> String {
        (line.first == "." || line.first == "'" ? "\\&" : "") + folded(String(line)) + "\n"
    }

    /// A long sentence on several lines, none of which begins with a control character.
    private static func folded(_ line: String) -> String {
        var out = ""
        var used = 0
        for word in line.split(separator: " ") {
            if used > 0, used + 1 + word.count > 78, word.first != ".", word.first != "'" {
                out += "\n"
                used = 0
            }
            out += (used > 0 ? " " : "") + word
            used += (used > 0 ? 1 : 0) + word.count
        }
        return out
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text {
            switch character {
            case "\\": out += "\\e"
            case "-": out += "\\-"
            default: out.append(character)
            }
        }
        return out
    }

    private static var closing: String {
        var page = """
            .Sh ENVIRONMENT
            .Bl -tag -width CLICOLOR_FORCE
            .It Ev NO_COLOR
            If set and not empty, no colour is used.
            .It Ev CLICOLOR_FORCE
            If set and neither empty nor 0, colour is used even where the output is no
            terminal.
            .El
            .Sh EXIT STATUS
            .Bl -tag -width Ds
            .It 0
            The work was done.
            .It 1
            There are findings at or above the level of
            .Fl \\-fail\\-on ,
            or more came than can be kept, so that findings may be missing.
            .It 2
            The arguments are wrong, or results could not be written.
            .It 3
            A capture could not be read, or not to its end; what was read is still reported.
            This wins over 1.
            .El
            .Sh EXAMPLES

            """
        var isFirst = true
        for command in CommandTable.all {
            for example in command.examples {
                page +=
                    (isFirst ? "" : ".Pp\n")
                    + "\(escaped(example.remark.prefix(1).uppercased() + example.remark.dropFirst())):\n"
                page += ".Dl \(escaped(example.line))\n"
                isFirst = false
            }
        }
        page += ".Sh SEE ALSO\n.Xr wireshark 1 ,\n.Xr pcap-filter 7 ,\n.Xr tcpdump 8\n"
        return page
    }
}
