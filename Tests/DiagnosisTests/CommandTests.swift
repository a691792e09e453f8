import Diagnosis
import Foundation
import Testing

/// A command of a rule or a topic, as it is documented.
struct DocumentedCommand: Sendable, CustomTestStringConvertible {
    var page: String
    var text: String
    var effect: DocumentedFix.Effect

    var testDescription: String { "\(page): \(text.prefix(60))" }

    /// Every command of every rule and topic, each once.
    static let all: [DocumentedCommand] = {
        var out: [DocumentedCommand] = []
        func add(_ fixes: [DocumentedFix], _ page: StaticString) {
            for fix in fixes {
                guard let command = fix.command?.description else { continue }
                if !out.contains(where: { $0.text == command && $0.effect == fix.effect }) {
                    out.append(DocumentedCommand(page: page.description, text: command, effect: fix.effect))
                }
            }
        }
        for rule in RuleRegistry.all {
            for cause in rule.documentation.causes { add(cause.fixes, rule.documentation.slug) }
        }
        for topic in Explain.topics { add(topic.steps, topic.id) }
        return out
    }()

    /// What changes accounts, rights or names in the directory.
    static let changesDirectory = [
        "Set-AD", "Add-AD", "Remove-AD", "Enable-AD", "Disable-AD", "Unlock-AD", "Clear-AD", "New-AD", "Reset-AD",
        "Move-AD",
        "Rename-AD", "Install-AD", "Grant-AD", "Restore-AD", "Reset-ComputerMachinePassword",
        "Test-ComputerSecureChannel -Repair",
        "setspn -S", "setspn -A", "setspn -D", "setspn -R", "setspn -U", "ktpass", "dsmod", "dsadd", "dsrm", "dsacls",
        "netdom",
        "net user", "net group", "net localgroup", "nltest /sc_reset", "nltest /sc_change_pwd", "ldifde", "csvde",
    ]
    /// What hands the credentials of whoever runs it to a host that it names. `klist get` is not among it: that asks
    /// the
    /// domain controller alone.
    static let sendsCredentials = [
        "-UseDefaultCredentials", "-Credential", "--negotiate", "--ntlm", "-ComputerName", "-Server ", "-CimSession",
        "Enter-PSSession",
        "New-PSSession", "Invoke-Command", "net use", "/s:", "\\\\", "mstsc", "winrs", "runas",
    ]
}

@Suite struct CommandTests {
    @Test func thereAreCommands() { #expect(DocumentedCommand.all.count > 80) }

    /// Whatever changes the directory is marked: names that are not vouched for are kept out of what is marked.
    @Test(arguments: DocumentedCommand.all) func marksWhatChangesTheDirectory(_ command: DocumentedCommand) {
        let changes = DocumentedCommand.changesDirectory.contains { command.text.contains($0) }
        #expect((command.effect == .directory) == changes)
    }

    /// Credentials go to hosts that the directory or the administrator names, never to one of the capture.
    @Test(arguments: DocumentedCommand.all) func sendsNoCredentialsToACapturedHost(_ command: DocumentedCommand) {
        guard DocumentedCommand.sendsCredentials.contains(where: { command.text.contains($0) }) else { return }
        for key in [
            "kdc", "other_kdc", "connector", "backend", "backend_address", "peer_address", "http_host", "spn_host",
            "spn", "realm",
        ] {
            #expect(!command.text.contains("{\(key)}"))
        }
    }

    /// A host that only a request named is not connected to, but where it is the host of the ticket.
    @Test(arguments: DocumentedCommand.all) func marksWhatConnectsToANamedHost(_ command: DocumentedCommand) {
        if command.text.contains("://{") { #expect(command.effect == .connects) }
    }

    /// Every command is one for Windows PowerShell 5.1.
    @Test(arguments: DocumentedCommand.all) func isForPowerShell(_ command: DocumentedCommand) {
        let text = command.text
        let isMultiline = text.contains("\n")
        #expect(!isMultiline && text.first != " " && text.last != " ")
        for part in text.components(separatedBy: "; ") {
            // A call of a path, or an ampersand that means something else to each shell.
            let rest = part.hasPrefix("& $env:windir") ? String(part.dropFirst()) : part
            #expect(!rest.contains("&") && !rest.contains("||"))
        }
        for word in [
            "%windir%", "%TEMP%", "%Program", "Get-WmiObject", "powershell -", "cmd /c", "net stop", "net start",
            " pause", "& start", "dir /",
        ] {
            #expect(!text.localizedCaseInsensitiveContains(word), "\(word)")
        }
        // PowerShell splits an unquoted word that begins with a hyphen at its first dot.
        for word in text.split(separator: " ") where word.hasPrefix("-") && !word.contains("'") {
            #expect(!word.contains("."))
        }
        for (open, close) in [("(", ")"), ("{", "}"), ("[", "]")] {
            #expect(text.components(separatedBy: open).count == text.components(separatedBy: close).count)
        }
        #expect(text.components(separatedBy: "\"").count % 2 == 1 && text.components(separatedBy: "'").count % 2 == 1)
    }
}
