import PacketModel
import CaptureFile
import Dissectors
import Pipeline
import Reporting

/// `kcdtrace messages`: every decoded message, one record each.
enum MessagesCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        guard let output = Output(settings), let input = Input(settings) else { return ExitStatus.usage }
        var stream = MessageStream(output, captureNames: input.names)
        let captures = MessageWalk.run(input.source, keepsTargets: settings.showsTargets) { message, names in
            stream.write(message, names)
        }
        input.complain(of: captures)
        let isWhole = captures.allSatisfy { $0.fault == nil }
        return stream.finish(isWhole ? ExitStatus.done : ExitStatus.input, after: captures)
    }
}

/// Records on their way out, gathered so that each write is worth its call.
struct MessageStream: ~Copyable {
    private var writer: MessageRecordWriter?
    private var output: Output
    private let captureNames: [String]

    private static let octetsPerWrite = 1 << 16

    init(_ output: consuming Output, captureNames: [String]) {
        self.output = output
        self.captureNames = captureNames
    }

    /// Takes one message, whose names are in `names`; false where nobody reads any more.
    mutating func write(_ message: borrowing Message, _ names: NameTable) -> Bool {
        var current = writer.take() ?? MessageRecordWriter(names: names, captureNames: captureNames)
        current.write(message)
        if current.count >= Self.octetsPerWrite {
            output.write(current.bytes)
            current.removeAll()
        }
        writer = consume current
        return !output.isClosed && !output.hasFailed
    }

    /// Sends out what is gathered and ends the output; the exit status is `status`, unless writing failed.
    mutating func finish(_ status: Int32, after captures: [CaptureDescription]) -> Int32 {
        if let rest = writer.take() { output.write(rest.bytes) }
        return output.finish(status, after: captures)
    }
}
