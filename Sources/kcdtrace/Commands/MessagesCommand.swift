import CaptureFile
import Dissectors
import Pipeline
import Reporting

/// `kcdtrace messages`: every decoded message, one record each.
enum MessagesCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        guard let source = AnalysisRun.source(settings), let output = Output(settings) else { return ExitStatus.usage }
        let names = NameTable()
        let captures = settings.interface.map { [$0] } ?? settings.paths.map(\.description)
        var stream = MessageStream(MessageRecordWriter(names: names, captureNames: captures), output)
        let result = AnalysisRun.result(settings, source)
        AnalysisRun.complain(of: result)
        stream.flush()
        return stream.status(AnalysisRun.status(result, settings))
    }
}

/// Records on their way out, gathered so that each write is worth its call.
struct MessageStream: ~Copyable {
    private var writer: MessageRecordWriter
    private var output: Output

    private static let octetsPerWrite = 1 << 16

    init(_ writer: consuming MessageRecordWriter, _ output: consuming Output) {
        self.writer = writer
        self.output = output
    }

    /// Whether nobody reads any more, so that work can stop.
    var isClosed: Bool { output.isClosed || output.hasFailed }

    /// Takes one message.
    mutating func write(_ message: borrowing Message) {
        writer.write(message)
        if writer.count >= Self.octetsPerWrite { flush() }
    }

    /// Sends out what is gathered.
    mutating func flush() {
        Self.send(writer, to: &output)
        writer.removeAll()
    }

    private static func send(_ writer: borrowing MessageRecordWriter, to output: inout Output) {
        output.write(writer.bytes)
    }

    /// The exit status: `status`, unless writing failed.
    func status(_ status: Int32) -> Int32 { output.status(status) }
}
