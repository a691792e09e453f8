/// A form of output. Which command writes it, and how, is a line in that command's `writers`.
enum OutputFormat: String, Sendable, CaseIterable {
    case text, markdown, json, ndjson, tap, junit
}

/// How a command writes its results in one format.
struct FormatWriter<Results>: Sendable {
    let format: OutputFormat
    let write: @Sendable (Results, Settings, inout Output) -> Void

    init(_ format: OutputFormat, _ write: @escaping @Sendable (Results, Settings, inout Output) -> Void) {
        self.format = format
        self.write = write
    }

    /// Writes results in the format that the settings name, or in the first one.
    static func write(
        _ results: Results, _ settings: Settings, to output: inout Output, _ writers: [FormatWriter<Results>]
    ) {
        let writer = writers.first { $0.format == settings.format } ?? writers.first
        writer?.write(results, settings, &output)
    }
}
