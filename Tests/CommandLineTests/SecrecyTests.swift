import Foundation
import Testing

/// No secret stands in any output of any command, in whatever form; see `PlantedSecret` for the kinds.
@Suite struct SecrecyTests {
    /// What stands in bodies, reason phrases and the password that is sent in each second request.
    private static let common = ["hunter2-inabody", "hunter2-phrase", "Ym9iOnB3", "bob:pw"]

    /// A folder of its own with one capture in it, and what each command says of that, by the command.
    private static func outputs(_ planted: [PlantedSecret], _ flags: [String] = []) throws -> [(
        command: String, text: String
    )] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "kcdtrace-secrets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let capture = folder.appendingPathComponent("capture.pcap").path
        try PlantedSecret.capture(planted).write(to: URL(fileURLWithPath: capture))
        var out: [(String, String)] = []
        func run(_ arguments: [String]) throws {
            let run = try CommandLineRun(arguments)
            out.append((arguments.joined(separator: " "), run.output + "\n" + run.errors))
        }
        for form in [
            ["--format", "text"], ["--format", "text", "-v", "--width", "400"], ["-q"], ["--format", "markdown"],
            ["--format", "markdown", "-v"], ["--format", "json"], ["--format", "json", "-v"],
        ] {
            try run(["analyze"] + form + flags + [capture])
        }
        try run(["messages"] + flags + [capture])
        guard flags.isEmpty else { return out }
        try run(["info", capture])
        try run(["info", "--format", "json", capture])
        try run(["verify", "--update", folder.path])
        out.append(
            (
                "expect.json",
                (try? String(contentsOfFile: folder.appendingPathComponent("expect.json").path, encoding: .utf8)) ?? ""
            ))
        // What was expected is not what is found, so that differences are told.
        let expectation =
            """
            { "schema_version": 1, "first_finding": null, "sign_ons": [{ "user": "nobody" }], "messages": { \
            "http": 1 } }
            """
        for name in ["expect.json", "capture.pcap.expect.json"] {
            try expectation.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        for format in ["text", "tap", "junit", "json"] { try run(["verify", "--format", format, folder.path]) }
        return out
    }

    /// How a secret may be written.
    private static func writings(_ secret: String) -> [String] {
        let octets = Data(secret.utf8)
        let hex = octets.map { String(format: "%02x", $0) }.joined()
        let whole = [
            secret, hex, hex.uppercased(), octets.base64EncodedString(), secret.removingPercentEncoding ?? secret,
        ]
        return secret.count < 10 ? whole : whole + [String(secret.dropFirst(2))]
    }

    @Test func noSecretStandsInAnyOutput() throws {
        #expect(PlantedSecret.all.count >= 80 && Set(PlantedSecret.all.map(\.kind)).count == PlantedSecret.all.count)
        let outputs = try Self.outputs(PlantedSecret.all)
        for (command, text) in outputs {
            for one in PlantedSecret.all {
                for writing in Self.writings(one.secret) where text.contains(writing) {
                    Issue.record("\(one.kind): \(command) says \(writing)")
                }
            }
            for secret in Self.common { #expect(!text.contains(secret), "\(command) says \(secret)") }
        }
        // They were all read: each request and response, twice.
        let messages = outputs.first { $0.command.hasPrefix("messages") }?.text ?? ""
        let lines = messages.split(separator: "\n").filter { $0.hasPrefix("{") }
        #expect(lines.count == 4 * PlantedSecret.all.count)
        #expect(messages.contains("\"target\":\"/p?…(36 bytes)\"") && messages.contains("\"target\":\"/(S(…") == false)
        #expect(
            messages.contains("\"target\":\"/proxy/…(24 bytes)@h.example/p\"")
                && messages.contains("\"target\":\"/…(29 bytes)/default.aspx\""))
    }

    /// Shown whole, targets are as they were sent, but credentials and users with passwords still are not.
    @Test func whatIsShownOnRequest() throws {
        let outputs = try Self.outputs(PlantedSecret.all, ["--show-targets"])
        let isShown: (PlantedSecret) -> Bool = { one in
            let line = one.request.prefix { $0 != "\r\n" }
            return !one.request.contains("@") && !one.response.contains("@")
                && (line.contains(one.secret) && !line.hasPrefix(one.secret)
                    || one.response.hasPrefix("Location"))
        }
        #expect(PlantedSecret.all.count(where: isShown) >= 20)
        for (command, text) in outputs {
            for one in PlantedSecret.all where !isShown(one) {
                #expect(!text.contains(one.secret), "\(one.kind): \(command)")
            }
            for secret in Self.common { #expect(!text.contains(secret), "\(command) says \(secret)") }
        }
        func secret(_ kind: String) -> String { PlantedSecret.all.first { $0.kind == kind }?.secret ?? "?" }
        let messages = outputs.first { $0.command.hasPrefix("messages") }?.text ?? ""
        #expect(messages.contains("\"target\":\"/p?token=\(secret("token in a query"))\""))
        #expect(messages.contains("\"location\":\"https://app.corp.example/cb?code=\(secret("code in Location"))\""))
        #expect(messages.contains("\"target\":\"/go?u=…"))
        let help = try CommandLineRun(["help", "messages"]).output.split(whereSeparator: \.isWhitespace).joined(
            separator: " ")
        #expect(help.contains("--show-targets") && help.contains("passwords and session ids"))
    }
}
