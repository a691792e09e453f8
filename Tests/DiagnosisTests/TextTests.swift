import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Testing

@Suite struct TextTests {
    /// The words of the delegation finding for these names.
    private func texts(user: String = "alice", account: String = "conn$", service: String = "http/web.corp.example")
        -> FindingText?
    {
        let build = UnitBuilder()
        let exchange = build.exchange(.s4U2Proxy, .refused(13))
        let request = build.request(.s4U2Proxy, user: user, service: service, account: account, [exchange])
        return build.findings([.ticketRequest(request)]).first.map { FindingText($0, names: build.names) }
    }

    @Test func fillsCommandsReadyToPaste() throws {
        let text = try #require(RightsTests.texts(.both).first)
        let commands = text.causes.flatMap(\.fixes).compactMap(\.command)
        #expect(commands.contains("setspn -Q http/web.corp.example"))
        #expect(commands.contains("Set-ADComputer conn -Add @{'msDS-AllowedToDelegateTo'=@('http/web.corp.example')}"))
        #expect(commands.contains("Get-ADComputer conn | Set-ADAccountControl -TrustedToAuthForDelegation $true"))
        #expect(commands.contains("klist purge -li 0x3e4"))
        #expect(commands.contains("Restart-Service WAPCSvc"))
        #expect(text.title == "The KDC refused to delegate alice to http/web.corp.example")
    }

    static let hostile = [
        "x; Remove-Item C:\\ -Recurse", "x & calc", "x|calc", "$(calc)", "x$env:PATH", "`calc`", "x'; calc; '",
        "x\"; calc",
        "x\u{2019}; calc; \u{2019}", "x\ncalc", "x\r\ncalc", "-Confirm:$false", "/delete", "@args", "%COMSPEC%", "x>y",
        "x<y",
        "x^y", "x(y)", "x{y}", "x,y", "x y", "", "\u{202E}evil", "x\u{0}y", "{spn}", "*", "x*", "x!y", "~x", "..\\x",
        String(repeating: "a", count: 300), "x$y", "x#y", "x=y", "x+y",
    ]

    /// Whatever a capture calls somebody, nothing of it reaches a command but harmless characters.
    @Test(arguments: hostile) func keepsHostileNamesOutOfCommands(_ name: String) throws {
        let plain = try #require(texts())
        let all = try #require(texts(user: name, account: name, service: name + "/x"))
        let hosts = try #require(texts(service: "http/" + name))
        let expected = plain.causes.flatMap(\.fixes).compactMap(\.command)
        for text in [all, hosts] {
            let commands = text.causes.flatMap(\.fixes).compactMap(\.command)
            for command in commands where !name.isEmpty {
                // Where the name differs from what every command holds anyway, it must not be there.
                if name.utf8.count > 2 { #expect(!command.contains(name), "\(command)") }
                for character in ["`", "\u{2019}", "\n", "\r", "%", "^", "!", "\u{0}", "\u{202E}", ";", "&"] {
                    #expect(!command.contains(character), "\(command)")
                }
            }
            #expect(commands.count <= expected.count + 8)
        }
        #expect(all.causes.flatMap(\.fixes).compactMap(\.command).contains("setspn -Q <SPN>"))
    }

    @Test func doesNotFillWhatACapturedNameHolds() throws {
        let text = try #require(texts(user: "{spn}"))
        #expect(text.title == "The KDC refused to delegate {spn} to http/web.corp.example")
    }

    static let harmless: [(String, String)] = [
        ("alice@corp.example", "-eq 'alice@corp.example'"), ("a.b-c_d", "-eq 'a.b-c_d'"), ("svc$", "-eq 'svc$'"),
    ]

    @Test(arguments: harmless) func keepsOrdinaryNames(_ name: String, _ part: String) throws {
        let text = try #require(texts(user: name))
        #expect(text.causes.flatMap(\.fixes).compactMap(\.command).contains { $0.contains(part) })
    }
}

@Suite struct DocumentationTests {
    /// Every page is whole, and names nothing that does not exist.
    @Test func pagesAreWhole() {
        var slugs: Set<String> = []
        for rule in RuleRegistry.all {
            let page = rule.documentation
            let slug = page.slug.description
            #expect(slugs.insert(slug).inserted, "\(slug) twice")
            #expect(
                !page.title.description.isEmpty && !page.meaning.description.isEmpty
                    && !page.evidence.description.isEmpty)
            #expect(page.title.description.utf8.count <= 110, "\(slug): long title")
            #expect(!page.causes.isEmpty, "\(slug) has no cause")
            #expect(Set(page.causes.map(\.id.description)).count == page.causes.count, "\(slug): a cause twice")
            #expect(Set(page.variants.map(\.id.description)).count == page.variants.count, "\(slug): a variant twice")
        }
        for slug in slugs { #expect(RuleRegistry.documentation(slug) != nil) }
        #expect(RuleRegistry.documentation("no-such-slug") == nil)
    }

    /// Manual pages leave no placeholder behind.
    @Test func genericFormsReplaceEveryPlaceholder() {
        for rule in RuleRegistry.all {
            for cause in rule.documentation.causes {
                let text = FindingText.CauseText(cause, .generic)
                #expect(!text.text.contains("{"))
                for fix in text.fixes {
                    #expect(
                        fix.command.map { !$0.contains("{account") && !$0.contains("{spn") && !$0.contains("{user") }
                            ?? true)
                }
            }
            #expect(!DocumentationText.fill(rule.documentation.meaning, .generic).contains("{"))
        }
    }
}
