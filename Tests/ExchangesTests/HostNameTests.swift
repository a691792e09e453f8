import TestSupport
import ByteParsing
import Dissectors
@testable import Exchanges
import Testing

/// When two names mean the same host, and two the same account.
@Suite struct HostNameTests {
    @Test(arguments: [
        ("app1.corp.example", "http/app1.corp.example", true), ("app1.corp.example", "http/app10.corp.example", false),
        ("web.corp.example", "http/webmail.corp.example", false), ("web", "http/web.corp.example", true),
        ("web.corp.example", "http/web", true),
        ("WEB.corp.example:8080", "HTTP/web.corp.example:80", true),
        ("web.corp.example.", "http/web.corp.example", true),
        ("web.other.example", "http/web.corp.example", false), ("10.0.0.1", "http/10.0.0.1", true),
        ("10.0.0.1", "http/10.0.0.12", false),
        ("", "http/web", false), ("web", "krbtgt", true), ("web", "alice@corp.example", true),
    ])
    func aHostFieldAndAServiceNameTheSameHost(_ host: String, _ service: String, _ isSame: Bool) {
        let names = NameTable()
        var matches = HostMatches()
        // Twice: the second time it is remembered.
        for _ in 0..<2 {
            let found = matches.isMatch(names.intern(host), names.intern(service), names)
            #expect(found == isSame)
        }
    }

    @Test func withoutAHostThereIsNoMatchAndWithoutAServiceAnyHostMatches() {
        let names = NameTable()
        var matches = HostMatches()
        let (neither, anyHost) = (
            matches.isMatch(.none, names.intern("http/web"), names), matches.isMatch(names.intern("web"), .none, names)
        )
        #expect(!neither && anyHost)
    }

    @Test(arguments: [
        ("CORP\\Alice", "alice"), ("CORP\\bob", "bob"), ("Alice@corp.example", "alice"), ("alice", "alice"),
        ("CORP\\alice@x", "alice"), ("\\", ""), ("@", ""),
        ("a\\b\\c", "b\\c"), ("", ""),
    ])
    func theAccountOfAName(_ name: String, _ account: String) {
        let names = NameTable()
        var accounts = AccountNames()
        let id = names.intern(name)
        let (text, number) = (accounts.text(of: id, names), accounts.number(of: id, names))
        #expect(text == account && number == account.hashValue)
    }
}
