import Diagnosis
import Foundation
import Testing

/// A query and the page that must come first.
struct SearchCase: Sendable, CustomTestStringConvertible {
    var query: String
    var first: String
    init(_ query: String, _ first: String) {
        self.query = query
        self.first = first
    }
    var testDescription: String { query }
}

/// A row of a guide, in a short title of its own, and a page that must serve it.
struct GuideRow: Sendable, CustomTestStringConvertible {
    var guide: SeedRow.Guide
    var row: String
    var page: String
    init(_ guide: SeedRow.Guide, _ row: String, _ page: String) {
        self.guide = guide
        self.row = row
        self.page = page
    }
    var testDescription: String { "\(guide): \(row)" }
}

@Suite struct ExplainTests {
    static let searches: [SearchCase] = [
        SearchCase("13019", "event-13019"), SearchCase("event 13022", "event-13022"),
        SearchCase("12008", "event-12008"),
        SearchCase("1000", "event-1000"), SearchCase("12027", "event-12027"), SearchCase("13016", "event-13016"),
        SearchCase("13020", "event-13020"), SearchCase("backend-rejected-ticket", "backend-rejected-ticket"),
        SearchCase("backend_rejected_ticket", "backend-rejected-ticket"), SearchCase("AADSTS50059", "aadsts50059"),
        SearchCase("execution policy", "execution-policy"), SearchCase("TrustSettings.xml", "connector-certificate"),
        SearchCase("9090", "contradiction-ports"), SearchCase("KDC_ERR_BADOPTION", "krb-13"),
        SearchCase("41", "krb-41"),
        SearchCase("KRB_AP_ERR_MODIFIED", "krb-41"), SearchCase("0xC00000BB", "status-c00000bb"),
        SearchCase("c0000272", "status-c0000272"),
        SearchCase("STATUS_NO_MATCH", "status-c0000272"), SearchCase("custom domain", "custom-domain"),
        SearchCase("licence premium", "no-licence"), SearchCase("connector timed out", "connector-timed-out"),
        SearchCase("page not rendered correctly", "page-not-rendered"),
        SearchCase("connector group", "connector-group"),
        SearchCase("TlRMTVNTUAAB", "kerberos-or-ntlm"), SearchCase("tableau", "anonymous-first"),
    ]

    @Test(arguments: searches) func findsThePage(_ search: SearchCase) {
        #expect(Explain.search(search.query).first?.page.id == search.first)
    }

    @Test func emptyAndForeignQueriesFindNothing() {
        for query in ["", "   ", "…", "the of is", "zzzzqqq"] { #expect(Explain.search(query).isEmpty) }
    }

    @Test func aLongQueryIsNoLongerThanItsFirstWords() {
        let query = String(repeating: "certificate ", count: 100_000)
        #expect(Explain.search(query).first?.page.id == Explain.search("certificate").first?.page.id)
    }

    @Test func everyEventHasATopicAndFindings() throws {
        for id in [12008, 12027, 13016, 13019, 13020, 13022, 1000] {
            let topic = try #require(Explain.event(id))
            #expect(!topic.relatedSlugs.isEmpty && !topic.steps.isEmpty && !topic.body.isEmpty)
            #expect(Explain.page(String(id))?.id == topic.id.description)
        }
        // What rules say they explain is listed without being repeated in the topic.
        for rule in RuleRegistry.all {
            for id in rule.documentation.eventIDs {
                let topic = try #require(Explain.event(id), "no topic of event \(id)")
                #expect(topic.relatedSlugs.contains(rule.documentation.slug.description))
            }
        }
    }

    @Test func idsAreTheirOwn() {
        var seen: Set<String> = []
        for topic in Explain.topics { #expect(seen.insert(topic.id.description).inserted, "\(topic.id) twice") }
        for rule in RuleRegistry.all {
            #expect(seen.insert(rule.documentation.slug.description).inserted, "\(rule.documentation.slug) twice")
        }
    }

    @Test func everyContradictionIsResolved() {
        let found = Explain.topics.filter { $0.kind == .contradiction }
        #expect(found.count >= 7)
        for topic in found { #expect(topic.body.count >= 2, "\(topic.id): both sides, then what holds") }
    }

    /// Slugs of findings that other layers will make one day, from the one list of them.
    private static func slugsToCome() throws -> Set<String> {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let list = try String(
            contentsOf: root.appendingPathComponent("SamplePcaps/lab/rules-to-come.txt"), encoding: .utf8)
        return Set(list.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init))
    }

    /// Links may lead to findings to come, and are not shown until these exist; the list holds none that exists, and
    /// none for nothing.
    @Test func linksOnlyToFindingsThatExistOrAreToCome() throws {
        let known = Set(RuleRegistry.all.map { $0.documentation.slug.description })
        let toCome = try Self.slugsToCome()
        #expect(!toCome.isEmpty && known.isDisjoint(with: toCome))
        for topic in Explain.topics {
            for slug in topic.relatedSlugs { #expect(known.union(toCome).contains(slug), "\(topic.id) names \(slug)") }
        }
        for rule in RuleRegistry.all.map({ $0.documentation }) {
            for slug in rule.consequenceOf.map(\.description) {
                #expect(known.union(toCome).contains(slug), "\(rule.slug) names \(slug)")
            }
        }
    }

    /// What is printed names no finding that `explain` would not find.
    @Test func textsNameOnlyFindingsThatExist() throws {
        let toCome = try Self.slugsToCome()
        func check(_ texts: [StaticString], _ id: StaticString) {
            for text in texts {
                let words = text.description.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init)
                for word in words { #expect(!toCome.contains(word), "\(id) names \(word)") }
            }
        }
        func texts(_ fixes: [DocumentedFix]) -> [StaticString] {
            fixes.flatMap { [$0.text] + ($0.command.map { [$0] } ?? []) }
        }
        for rule in RuleRegistry.all.map({ $0.documentation }) {
            check(
                [rule.title, rule.meaning, rule.evidence] + rule.cannotTell
                    + rule.causes.flatMap { [$0.text] + texts($0.fixes) }
                    + rule.variants.flatMap { [$0.title, $0.meaning] }, rule.slug)
        }
        for topic in Explain.topics { check([topic.title] + topic.body + texts(topic.steps), topic.id) }
    }

    static let rows: [GuideRow] = [
        // Troubleshoot Application Proxy.
        GuideRow(.troubleshoot, "service enabled and running", "connector-service"),
        GuideRow(.troubleshoot, "Admin log in Event Viewer", "connector-logs"),
        GuideRow(.troubleshoot, "session logs", "connector-logs"),
        GuideRow(.troubleshoot, "page not rendered correctly", "page-not-rendered"),
        GuideRow(.troubleshoot, "where the reason of a failed registration stands", "registration-failed"),
        GuideRow(.troubleshoot, "registration: one or more errors", "registration-failed"),
        GuideRow(.troubleshoot, "registration: clear error in the window", "registration-window-error"),
        GuideRow(.troubleshoot, "registration: AADSTS50059", "aadsts50059"),
        GuideRow(.troubleshoot, "execution policy, connector errors", "execution-policy"),
        GuideRow(.troubleshoot, "configuration not downloaded", "configuration-download-failed"),
        GuideRow(.troubleshoot, "registration: request denied", "registration-denied"),
        GuideRow(.troubleshoot, "no connection to the service", "service-unreachable"),
        GuideRow(.troubleshoot, "execution policy, Kerberos errors", "execution-policy"),
        GuideRow(.troubleshoot, "12008", "event-12008"),
        GuideRow(.troubleshoot, "13016", "event-13016"),
        GuideRow(.troubleshoot, "13019", "event-13019"),
        GuideRow(.troubleshoot, "13020", "event-13020"),
        GuideRow(.troubleshoot, "13022", "event-13022"),
        GuideRow(.troubleshoot, "cannot display the page, IWA", "website-cannot-display-iwa"),
        GuideRow(.troubleshoot, "cannot display the page, OWA: SPN", "website-cannot-display-owa"),
        GuideRow(.troubleshoot, "cannot display the page, OWA: guest", "website-cannot-display-owa"),
        GuideRow(.troubleshoot, "cannot display the page, OWA: rights", "website-cannot-display-owa"),
        GuideRow(.troubleshoot, "not authorized: guest", "not-assigned"),
        GuideRow(.troubleshoot, "not authorized: assignment", "not-assigned"),
        GuideRow(.troubleshoot, "connector timed out", "connector-timed-out"),
        GuideRow(.troubleshoot, "licence", "no-licence"),
        GuideRow(.troubleshoot, "host name not found", "custom-domain"),
        GuideRow(.troubleshoot, "not listed", "not-listed"),
        // Debug connectors: the ten steps.
        GuideRow(.debugConnectors, "1 connector group", "connector-group"),
        GuideRow(.debugConnectors, "2 install and assign", "connector-group"),
        GuideRow(.debugConnectors, "3 port test", "service-unreachable"),
        GuideRow(.debugConnectors, "4 domains and ports", "service-unreachable"),
        GuideRow(.debugConnectors, "5 proxy in use", "backend-proxy"),
        GuideRow(.debugConnectors, "6 connector and updater through the proxy", "backend-proxy"),
        GuideRow(.debugConnectors, "7 internal URL", "internal-url"),
        GuideRow(.debugConnectors, "8 internal network", "internal-url"),
        GuideRow(.debugConnectors, "9 time-out", "connector-timed-out"),
        GuideRow(.debugConnectors, "9 time-out, on the wire", "backend-timeout"),
        GuideRow(.debugConnectors, "10 application and sign-on", "application-flow"),
        // Installation, 2018.
        GuideRow(.installConnector, "three problem areas", "installation-log"),
        GuideRow(.installConnector, "logs in TEMP", "installation-log"),
        GuideRow(.installConnector, "port test", "service-unreachable"),
        GuideRow(.installConnector, "domains", "service-unreachable"),
        GuideRow(.installConnector, "sign-in page", "service-unreachable"),
        GuideRow(.installConnector, "TLS 1.2, KB 2973337", "trust-certificate-support"),
        GuideRow(.installConnector, "SHA-512 through firewall and proxy", "trust-certificate-support"),
        GuideRow(.installConnector, "thumbprint", "connector-certificate"),
        GuideRow(.installConnector, "in the user store", "connector-certificate"),
        GuideRow(.installConnector, "in the machine store", "connector-certificate"),
        GuideRow(.installConnector, "renewal, event 1000", "event-1000"),
        GuideRow(.installConnector, "role of the administrator", "registration-denied"),
        // Installation, 2017.
        GuideRow(.installConnector2017, "three problem areas", "installation-log"),
        GuideRow(.installConnector2017, "port check page", "contradiction-ports"),
        GuideRow(.installConnector2017, "firewall and proxy", "service-unreachable"),
        GuideRow(.installConnector2017, "sign-in page", "service-unreachable"),
        GuideRow(.installConnector2017, "TLS 1.2, KB 2973337", "trust-certificate-support"),
        GuideRow(.installConnector2017, "SHA-512", "trust-certificate-support"),
        GuideRow(.installConnector2017, "role of the administrator", "contradiction-role"),
        // Constrained delegation.
        GuideRow(.kerberosConstrainedDelegation, "assumptions", "delegation-prerequisites"),
        GuideRow(.kerberosConstrainedDelegation, "2012 R2 set-up", "delegation-prerequisites"),
        GuideRow(.kerberosConstrainedDelegation, "any controller of the site", "all-domain-controllers"),
        GuideRow(.kerberosConstrainedDelegation, "controllers of other domains", "all-domain-controllers"),
        GuideRow(.kerberosConstrainedDelegation, "no IPS or IDS", "all-domain-controllers"),
        GuideRow(.kerberosConstrainedDelegation, "one connector", "test-simply"),
        GuideRow(.kerberosConstrainedDelegation, "firewalls, nearness", "test-simply"),
        GuideRow(.kerberosConstrainedDelegation, "symptom: incorrect configuration", "sso-symptoms"),
        GuideRow(.kerberosConstrainedDelegation, "symptom: missing permissions", "sso-symptoms"),
        GuideRow(.kerberosConstrainedDelegation, "different identities", "login-identity"),
        GuideRow(.kerberosConstrainedDelegation, "stage preauthentication", "preauthentication"),
        GuideRow(.kerberosConstrainedDelegation, "stage delegation service", "delegation-service-checks"),
        GuideRow(.kerberosConstrainedDelegation, "activity id and time", "connector-logs"),
        GuideRow(.kerberosConstrainedDelegation, "13019 and 12027", "event-12027"),
        GuideRow(.kerberosConstrainedDelegation, "A record", "delegation-service-checks"),
        GuideRow(.kerberosConstrainedDelegation, "right to delegate, any protocol", "delegation-denied"),
        GuideRow(.kerberosConstrainedDelegation, "single instance of the SPN", "spn-duplicate"),
        GuideRow(.kerberosConstrainedDelegation, "token size", "ticket-oversized"),
        GuideRow(.kerberosConstrainedDelegation, "network trace", "delegation-service-checks"),
        GuideRow(.kerberosConstrainedDelegation, "stage target application", "application-pool-identity"),
        GuideRow(.kerberosConstrainedDelegation, "internal URL in a browser", "internal-url"),
        GuideRow(.kerberosConstrainedDelegation, "YII or TlRM", "ntlm-fallback"),
        GuideRow(.kerberosConstrainedDelegation, "Fiddler and Extended Protection", "kerberos-or-ntlm"),
        GuideRow(.kerberosConstrainedDelegation, "take NTLM out", "kerberos-or-ntlm"),
        GuideRow(.kerberosConstrainedDelegation, "Negotiate topmost", "ntlm-offered-first"),
        GuideRow(.kerberosConstrainedDelegation, "Negotiate offered", "negotiate-not-offered"),
        GuideRow(.kerberosConstrainedDelegation, "preauthentication off for a test", "preauthentication"),
        GuideRow(.kerberosConstrainedDelegation, "preauthentication on, 13022", "event-13022"),
        GuideRow(.kerberosConstrainedDelegation, "pool account", "backend-rejected-ticket"),
        GuideRow(.kerberosConstrainedDelegation, "setspn -q", "application-pool-identity"),
        GuideRow(.kerberosConstrainedDelegation, "portal SPN", "spn-host-mismatch"),
        GuideRow(.kerberosConstrainedDelegation, "UseAppPoolCredentials", "contradiction-kernel-mode"),
        GuideRow(.kerberosConstrainedDelegation, "purge", "contradiction-purge"),
        GuideRow(.kerberosConstrainedDelegation, "kernel mode, farm", "backend-farm-inconsistent"),
        GuideRow(.kerberosConstrainedDelegation, "Extended Protection", "application-pool-identity"),
        GuideRow(.kerberosConstrainedDelegation, "support", "not-listed"),
        GuideRow(.kerberosConstrainedDelegation, "Tableau", "anonymous-first-backend"),
        GuideRow(.kerberosConstrainedDelegation, "double hop", "double-hop-failure"),
    ]

    /// Every row of the guides has a page, and that page says which guide it serves.
    @Test(arguments: rows) func servesTheRow(_ row: GuideRow) throws {
        let page = try #require(Explain.page(row.page), "no page \(row.page)")
        let served: [SeedRow]
        switch page {
        case .rule(let rule): served = rule.seedRows
        case .topic(let topic): served = topic.seedRows
        }
        #expect(served.contains { $0.guide == row.guide })
    }
}
