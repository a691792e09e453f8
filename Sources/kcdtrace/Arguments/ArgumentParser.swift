import CaptureFile
import Platform

/// Turns arguments into a command and its settings, by the tables.
struct ArgumentParser {
    private let command: Command
    private var settings = Settings()
    private var operands: [PathName] = []

    /// Reads the arguments after the command's name.
    static func parse(_ arguments: ArraySlice<PathName>, for command: Command) throws(UsageError) -> Settings {
        var parser = ArgumentParser(command: command)
        try parser.read(arguments)
        parser.noteInputs()
        if !parser.settings.wantsHelp { try parser.settle() }
        return parser.settings
    }

    private init(command: Command) {
        self.command = command
        if let format = command.formats.first { settings.format = format }
    }

    private mutating func read(_ arguments: ArraySlice<PathName>) throws(UsageError) {
        var rest = arguments
        while let argument = rest.popFirst() {
            let bytes = argument.bytes
            if bytes == Array("--".utf8) {
                operands += rest
                return
            }
            if bytes.starts(with: "--".utf8) {
                try readLong(Array(bytes.dropFirst(2)), &rest)
            } else if bytes.count > 1, bytes[0] == UInt8(ascii: "-") {
                try readShort(Array(bytes.dropFirst()), &rest)
            } else {
                operands.append(argument)
            }
        }
    }

    private mutating func readLong(_ bytes: [UInt8], _ rest: inout ArraySlice<PathName>) throws(UsageError) {
        let equals = bytes.firstIndex(of: UInt8(ascii: "="))
        let name = String(decoding: bytes[..<(equals ?? bytes.count)], as: UTF8.self)
        guard let flag = command.allFlags.first(where: { $0.name == name }) else { throw unknown("--\(name)", name) }
        let attached = equals.map { Array(bytes[($0 + 1)...]) }
        if flag.value == nil {
            if attached != nil { throw UsageError("--\(name) takes no value", command: command.name) }
            return try apply(flag, [])
        }
        if let attached { return try apply(flag, attached) }
        try apply(flag, try value(of: "--\(name)", flag, &rest))
    }

    private mutating func readShort(_ bytes: [UInt8], _ rest: inout ArraySlice<PathName>) throws(UsageError) {
        var index = 0
        while index < bytes.count {
            let letter = Character(Unicode.Scalar(bytes[index]))
            guard let flag = command.allFlags.first(where: { $0.short == letter }) else {
                throw unknown("-\(letter)", "")
            }
            index += 1
            if flag.value == nil {
                try apply(flag, [])
                continue
            }
            let attached = Array(bytes[index...])
            return try apply(flag, attached.isEmpty ? try value(of: "-\(letter)", flag, &rest) : attached)
        }
    }

    private func value(of shown: String, _ flag: Flag, _ rest: inout ArraySlice<PathName>) throws(UsageError) -> [UInt8]
    {
        guard let next = rest.popFirst() else {
            throw UsageError("\(shown) needs a value: \(shown) \(flag.value ?? "")", command: command.name)
        }
        return next.bytes
    }

    private mutating func apply(_ flag: Flag, _ bytes: [UInt8]) throws(UsageError) {
        let value = Flag.Value(bytes)
        if flag.values == .format, !command.formatNames.contains(value.text) {
            throw UsageError(
                "--format \(value.text): \(command.name) writes \(command.formatNames.joined(separator: ", "))",
                suggestion: Suggestion.nearest(to: value.text, among: command.formatNames).map { "--format \($0)" },
                command: command.name)
        }
        if flag.values == .file { settings.inputs.append(value.path) }
        if let complaint = flag.apply(&settings, value) {
            throw UsageError("--\(flag.name) \(value.text): \(complaint)", command: command.name)
        }
    }

    private func unknown(_ shown: String, _ name: String) -> UsageError {
        if let flag = FlagTable.all.first(where: { $0.name == name || "-\($0.short ?? "-")" == shown }) {
            return UsageError("\(command.name) does not take --\(flag.name)", command: command.name)
        }
        let near = Suggestion.nearest(to: name, among: command.allFlags.map(\.name))
        return UsageError(
            "\(shown) is not a flag of \(command.name)", suggestion: near.map { "--\($0)" }, command: command.name)
    }

    // MARK: Operands

    /// Takes note of operands that name files: also where only help is asked for, they are not written over.
    private mutating func noteInputs() {
        switch command.operandKind {
        case .captures where settings.hasInputFlag: break
        case .captures, .folders: settings.inputs += operands
        case .none, .words: break
        }
    }

    private mutating func settle() throws(UsageError) {
        switch command.operandKind {
        case .none:
            if let first = operands.first {
                throw UsageError("\(command.name) takes no operand, but there is \(first)", command: command.name)
            }
        case .words: settings.words = operands.map(\.description)
        case .folders: settings.paths = operands
        case .captures: try settleCaptures()
        }
    }

    private mutating func settleCaptures() throws(UsageError) {
        if settings.hasInputFlag {
            if !operands.isEmpty { settings.filters.append(operands.map(\.description).joined(separator: " ")) }
        } else {
            settings.paths = operands
        }
        if settings.interface != nil, !settings.paths.isEmpty {
            throw UsageError("either read captures or capture on an interface, not both", command: command.name)
        }
        if settings.interface == nil, settings.paths.isEmpty {
            throw UsageError("no capture is named", suggestion: "kcdtrace \(command.name) FILE", command: command.name)
        }
        if settings.paths.count > CaptureOpener.maximumCaptures {
            throw UsageError(
                """
                \(settings.paths.count) captures are named; at most \(CaptureOpener.maximumCaptures) can be read \
                as one timeline
                """,
                command: command.name)
        }
        if case .at(let since) = settings.since, case .at(let until) = settings.until, until < since {
            throw UsageError("--until is before --since", command: command.name)
        }
    }
}
