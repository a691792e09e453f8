import ByteParsing
import Platform

/// Where results go: standard output or a file. When the reader of a pipe has gone, the rest is
/// dropped without a word.
struct Output: ~Copyable {
    private let descriptor: FileDescriptor
    private let name: String
    /// Whether nobody reads any more.
    private(set) var isClosed = false
    /// Whether something could not be written.
    private(set) var hasFailed = false

    /// Opens the destination that the settings name; nil, with a word on standard error, where it
    /// cannot be made.
    init?(_ settings: Settings) {
        guard let path = settings.output else {
            descriptor = .standardOutput
            name = "standard output"
            return
        }
        do {
            descriptor = try FileDescriptor.create(path)
        } catch {
            Terminal.complain("\(Program.name): \(path): cannot be written: \(error.message)\n")
            return nil
        }
        name = path.description
    }

    /// Writes all of `bytes`.
    mutating func write(_ bytes: borrowing RawSpan) {
        if isClosed || hasFailed { return }
        do {
            try descriptor.writeAll(bytes)
        } catch {
            if error.isClosedPipe {
                isClosed = true
            } else {
                hasFailed = true
                Terminal.complain("\(Program.name): \(name): cannot be written: \(error.message)\n")
            }
        }
    }

    /// Writes a text.
    mutating func write(_ text: String) {
        let bytes = Array(text.utf8)
        write(bytes.rawBytes)
    }

    /// The exit status: `status`, unless writing failed.
    func status(_ status: Int32) -> Int32 { hasFailed ? ExitStatus.usage : isClosed ? ExitStatus.done : status }

    /// Writes one text to where the settings say, as a command's whole work.
    static func write(_ text: String, _ settings: Settings) -> Int32 {
        guard var output = Output(settings) else { return ExitStatus.usage }
        output.write(text)
        return output.status(ExitStatus.done)
    }
}
