/// The JSON Schemas (draft 2020-12) of the machine-readable output, as they stand in `Resources`.
public enum OutputSchema {
    /// Of the document that `analyze --format json` writes.
    public static var analysis: String { text(PackageResources.analysis_schema_json) }
    /// Of one record that `messages` writes.
    public static var message: String { text(PackageResources.message_schema_json) }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
