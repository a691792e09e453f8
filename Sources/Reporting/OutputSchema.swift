import Dissectors

/// The JSON Schemas (draft 2020-12) of the machine-readable output, as they stand in `Resources`.
public enum OutputSchema {
    /// Of the document that `analyze --format json` writes.
    public static var analysis: String { analysis(.standard) }
    /// Of one record that `messages` writes.
    public static var message: String { message(.standard) }
    /// Of the document that `info --format json` writes.
    public static var info: String { info(.standard) }
    /// Of the document that `verify --format json` writes.
    public static var verification: String { text(PackageResources.verification_schema_json) }
    /// Of an `expect.json`.
    public static var expectation: String {
        withCounts(text(PackageResources.expectation_schema_json), of: .standard) { $0 }
    }

    /// Of one record that `messages` writes, where it may be of these protocols: what all records have, and what each
    /// protocol's module says of its own.
    public static func message(_ protocols: ProtocolRegistry) -> String {
        let records = protocols.withMessages.map { ##"{"$ref": "#/$defs/\##($0.name)_record"}"## }
        return withDefinitions(text(PackageResources.message_schema_json), of: protocols)
            .replacing(#""oneOf": []"#, with: #""oneOf": [\#(records.joined(separator: ", "))]"#)
    }

    /// Of the document that `info --format json` writes, where these protocols are looked for.
    public static func info(_ protocols: ProtocolRegistry) -> String {
        withCounts(text(PackageResources.info_schema_json), of: protocols) { "\($0)_messages" }
    }

    /// Of the document that `analyze --format json` writes, where these protocols are looked for.
    public static func analysis(_ protocols: ProtocolRegistry) -> String {
        withCounts(
            withDefinitions(text(PackageResources.analysis_schema_json), of: protocols), of: protocols
        ) { $0 }
    }

    /// A schema with a member for the number of each protocol's messages, in the place that is held free for them.
    private static func withCounts(
        _ schema: String, of protocols: ProtocolRegistry, _ member: (String) -> String
    ) -> String {
        let modules = protocols.withMessages
        let properties = modules.map { #""\#(member($0.name))": {"type": "integer", "minimum": 0}"# }
        let required = modules.filter { $0.isMissed }.map { #""\#(member($0.name))""# }
        return
            schema
            .replacing(#""MESSAGES": {}"#, with: properties.joined(separator: ", "))
            .replacing(#""MESSAGES""#, with: required.joined(separator: ", "))
    }

    /// A schema with the definitions of each protocol's module before its own.
    private static func withDefinitions(_ schema: String, of protocols: ProtocolRegistry) -> String {
        let definitions = protocols.withMessages.compactMap { $0.schema.map { innerText($0) + ",\n" } }
        return schema.replacing("\"$defs\": {\n", with: "\"$defs\": {\n" + definitions.joined())
    }

    /// What stands between the braces of a JSON object.
    private static func innerText(_ object: String) -> String {
        guard let start = object.firstIndex(of: "{"), let end = object.lastIndex(of: "}") else { return "" }
        let inner = object[object.index(after: start)..<end]
        return String(inner.drop { $0 == "\n" }.reversed().drop { $0.isWhitespace }.reversed())
            .split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n")
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
