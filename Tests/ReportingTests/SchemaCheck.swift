import Foundation
import Testing

/// Validates documents with an independent implementation of JSON Schema: Python's jsonschema.
enum SchemaCheck {
    /// The complaints of the validator; empty where every line of `documents` conforms.
    static func complaints(of documents: [String], against schema: String) throws -> String {
        try run(
            """
            schema = json.loads(parts[0])
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            for text in parts[1:]:
                for error in validator.iter_errors(json.loads(text)):
                    print(error.json_path, error.message[:200])
            """, [schema] + documents)
    }

    /// Mutates a valid document everywhere (each key left out, a key added to each object, each value
    /// replaced by one of another type) and returns the mutations that the schema lets pass.
    static func survivors(of document: String, against schema: String) throws -> String {
        try run(
            """
            validator = jsonschema.Draft202012Validator(json.loads(parts[0]))
            document = json.loads(parts[1])
            count = 0
            def walk(value, path, root):
                global count
                if isinstance(value, dict):
                    for key in list(value):
                        kept = value.pop(key)
                        count += 1
                        if validator.is_valid(root): print("without", path + "." + key)
                        value[key] = {"neither": "this"} if not isinstance(kept, dict) else 7.5
                        count += 1
                        if validator.is_valid(root): print("wrong type", path + "." + key)
                        value[key] = kept
                        walk(kept, path + "." + key, root)
                    value["surplus"] = 1
                    count += 1
                    if validator.is_valid(root): print("surplus in", path)
                    del value["surplus"]
                elif isinstance(value, list):
                    for index, item in enumerate(value): walk(item, path + "[%d]" % index, root)
            walk(document, "$", document)
            assert validator.is_valid(document)
            assert count > 50, count
            """, [schema, document])
    }

    private static func run(_ script: String, _ parts: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import json, jsonschema, sys\nparts = json.load(sys.stdin)\n" + script]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try JSONSerialization.data(withJSONObject: parts)
        DispatchQueue.global().async {
            try? input.fileHandleForWriting.write(contentsOf: data)
            try? input.fileHandleForWriting.close()
        }
        let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? answer : "status \(process.terminationStatus): \(answer)"
    }
}
