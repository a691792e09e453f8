import ByteParsing
import CaptureFile
import Platform

/// Where a command's results go: standard output or a file, never one of the files that the settings say are read. When
/// the reader of a pipe has gone, the rest is dropped without a word.
struct Output: ~Copyable {
    private var file: OutputFile
    private let name: String
    /// Whether nobody reads any more.
    private(set) var isClosed = false
    /// Whether something could not be written.
    private(set) var hasFailed = false

    /// Opens the destination that the settings name; nil, with a word on standard error, where it cannot be used. To be
    /// called before anything is read. `alsoRead` are files that are read besides the inputs of the settings.
    init?(_ settings: Settings, alsoRead: [PathName] = []) {
        let inputs = InputFiles(settings.inputs + alsoRead)
        name = settings.output?.description ?? "standard output"
        do {
            if let path = settings.output {
                file = try OutputFile(path, sparing: inputs)
            } else {
                file = try OutputFile(standardOutputSparing: inputs)
            }
        } catch {
            Terminal.complain("\(name): \(error.message)")
            return nil
        }
    }

    /// Writes all of `bytes`.
    mutating func write(_ bytes: borrowing RawSpan) {
        if isClosed || hasFailed { return }
        do {
            try file.writeAll(bytes)
        } catch {
            take(error)
        }
    }

    /// Writes a text.
    mutating func write(_ text: String) {
        let bytes = Array(text.utf8)
        write(bytes.rawBytes)
    }

    /// Puts the results in their place; the exit status is `status`, unless writing failed. Without this a file stays
    /// as it was.
    mutating func finish(_ status: Int32) -> Int32 {
        if !hasFailed, !isClosed {
            do {
                try file.commit()
            } catch {
                take(error)
            }
        }
        return hasFailed ? ExitStatus.usage : isClosed ? ExitStatus.done : status
    }

    /// As `finish`, but where nothing could be read of any capture, a file keeps what an earlier run has left there.
    mutating func finish(_ status: Int32, after captures: [CaptureDescription]) -> Int32 {
        let isUnread = !captures.isEmpty && captures.allSatisfy { $0.fault != nil && $0.packets == 0 }
        guard isUnread, file.isDraft, !hasFailed else { return finish(status) }
        Terminal.complain("\(name): not written, for nothing could be read")
        return status
    }

    private mutating func take(_ error: SystemError) {
        if error.isClosedPipe {
            isClosed = true
        } else {
            hasFailed = true
            Terminal.complain("\(name): cannot be written: \(error.message)")
        }
    }

    /// Writes one text to where the settings say, as a command's whole work.
    static func write(_ text: String, _ settings: Settings) -> Int32 {
        guard var output = Output(settings) else { return ExitStatus.usage }
        output.write(text)
        return output.finish(ExitStatus.done)
    }
}
