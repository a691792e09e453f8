/// The JSON Schemas (draft 2020-12) of the machine-readable output, as they stand in `Resources`.
public enum OutputSchema {
    /// Of the document that `analyze --format json` writes.
    public static var analysis: String { text(PackageResources.analysis_schema_json) }
    /// Of one record that `messages` writes.
    public static var message: String { text(PackageResources.message_schema_json) }
    /// Of the document that `info --format json` writes.
    public static var info: String { text(PackageResources.info_schema_json) }
    /// Of the document that `verify --format json` writes.
    public static var verification: String { text(PackageResources.verification_schema_json) }
    /// Of an `expect.json`.
    public static var expectation: String { text(PackageResources.expectation_schema_json) }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
