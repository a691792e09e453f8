import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Testing

/// No command that changes the directory names an account, a user or a service that the capture does not vouch for.
@Suite struct RightsTests {
    /// What a capture shows of the asker before it is refused.
    enum Shown: CaseIterable {
        case nothing, logon, actsForUser, both, askedForUser, bothOverUDP, bothElsewhere, bothOfAnother
    }

    /// The words of every finding of a refused S4U2Proxy after that.
    static func texts(
        _ shown: Shown, transport: Transport = .tcp, account: String = "conn$", user: String = "alice",
        service: String = "http/web.corp.example", isGiven: Bool = false
    ) -> [FindingText] {
        let build = UnitBuilder()
        var units: [Unit] = []
        func grant(
            _ kind: ExchangeKind, over transport: Transport = .tcp, account: String = account,
            at address: IPAddress = UnitBuilder.connector
        ) {
            let exchange = build.exchange(kind, .granted, transport: transport)
            units.append(
                .ticketRequest(
                    build.request(
                        kind, user: kind == .s4U2Self ? user : nil, service: account, account: account, [exchange]
                    ) {
                        $0.client = address
                    }))
        }
        switch shown {
        case .nothing: break
        case .logon: grant(.authenticationService)
        case .actsForUser: grant(.s4U2Self)
        case .askedForUser:
            grant(.authenticationService)
            let refused = build.exchange(.s4U2Self, .refused(18), transport: .tcp)
            units.append(
                .ticketRequest(build.request(.s4U2Self, user: "bob", service: account, account: account, [refused])))
        case .both: for kind in [.authenticationService, .s4U2Self] as [ExchangeKind] { grant(kind) }
        case .bothOverUDP:
            for kind in [.authenticationService, .s4U2Self] as [ExchangeKind] { grant(kind, over: .udp) }
        case .bothElsewhere:
            for kind in [.authenticationService, .s4U2Self] as [ExchangeKind] { grant(kind, at: UnitBuilder.otherKDC) }
        case .bothOfAnother:
            for kind in [.authenticationService, .s4U2Self] as [ExchangeKind] { grant(kind, account: "other$") }
        }
        let refused = build.exchange(.s4U2Proxy, .refused(13), transport: transport)
        units.append(
            .ticketRequest(build.request(.s4U2Proxy, user: user, service: service, account: account, [refused])))
        var diagnostician = Diagnostician(names: build.names)
        if isGiven {
            diagnostician.learn(hosts: [
                HostFacts(point: 0, address: UnitBuilder.connector, roles: [.connector, .given])
            ])
        }
        for unit in units { diagnostician.visit(unit) }
        return diagnostician.finish().map { FindingText($0, names: build.names) }
    }

    static func commands(_ texts: [FindingText]) -> [String] {
        texts.flatMap(\.causes).flatMap(\.fixes).compactMap(\.command)
    }
    static func changing(_ texts: [FindingText]) -> [String] {
        commands(texts).filter { command in DocumentedCommand.changesDirectory.contains { command.contains($0) } }
    }
    static func steps(_ texts: [FindingText]) -> [String] { texts.flatMap(\.causes).flatMap(\.fixes).map(\.text) }

    /// Two datagrams that anybody can send: an administrator, a domain controller's LDAP, an account of one's own.
    @Test func aStrangerIsNotNamedInAGrant() {
        let texts = Self.texts(
            .nothing, transport: .udp, account: "KALI$", user: "Administrator", service: "ldap/dc1.corp.example")
        let changing = Self.changing(texts)
        #expect(changing.contains("Set-ADComputer <ACCOUNT-HOST> -Add @{'msDS-AllowedToDelegateTo'=@('<SPN>')}"))
        for command in changing {
            for name in ["KALI", "Administrator", "ldap", "dc1"] { #expect(!command.contains(name), "\(command)") }
        }
        // Look-ups may name them.
        #expect(Self.commands(texts).contains("setspn -Q ldap/dc1.corp.example"))
        // What to check stands before each of them.
        for cause in texts.flatMap(\.causes) {
            for (place, fix) in cause.fixes.enumerated() {
                guard let command = fix.command, changing.contains(command), command.contains("<ACCOUNT-HOST>") else {
                    continue
                }
                #expect(
                    cause.fixes[..<place].contains { $0.text.hasPrefix("First check that KALI$ is your connector.") })
            }
        }
        #expect(
            Self.steps(texts).contains { $0.contains("ldap/dc1.corp.example is not the name of a web application") })
        #expect(Self.steps(texts).contains { $0.contains("Administrator is an administrator") })
    }

    /// What it takes to be named: a log-on, and an answer to a request for a ticket in a user's name, over TCP, of this
    /// account, at
    /// this host; or the user's word.
    @Test(arguments: Shown.allCases) func namesAccountsThatAreSeenToBeConnectors(_ shown: Shown) {
        let named = "Set-ADComputer conn -Add @{'msDS-AllowedToDelegateTo'=@('http/web.corp.example')}"
        let texts = Self.texts(shown)
        let isShown = [.both, .askedForUser].contains(shown)
        #expect(Self.changing(texts).contains(named) == isShown)
        #expect(Self.steps(texts).contains { $0.hasPrefix("First check") } != isShown)
        // A datagram in its name is anybody's.
        #expect(!Self.changing(Self.texts(shown, transport: .udp)).contains(named))
        // Who is said to be a connector is one, once a conversation shows that the account is its own.
        #expect(Self.changing(Self.texts(shown, isGiven: true)).contains(named))
        let isIts = [.logon, .actsForUser, .both, .askedForUser, .bothOverUDP].contains(shown)
        #expect(Self.changing(Self.texts(shown, transport: .udp, isGiven: true)).contains(named) == isIts)
    }

    static let services: [(String, Bool)] = [
        ("http/web.corp.example", true), ("HTTP/Web.corp.example", true), ("http/web", true),
        ("http/web.corp.example:8080", true),
        ("http/web.dc.corp.example", true), ("http/ldap-portal.corp.example", true),
        ("ldap/web.corp.example", false), ("cifs/web.corp.example", false), ("host/web.corp.example", false),
        ("GC/web.corp.example", false),
        ("rpcss/web.corp.example", false), ("dns/web.corp.example", false), ("termsrv/web.corp.example", false),
        ("wsman/web.corp.example", false), ("MSSQLSvc/web.corp.example:1433", false), ("krbtgt/CORP.EXAMPLE", false),
        ("krbtgt", false),
        ("web$", false), ("https/web.corp.example", false), ("http/dc1.corp.example", false),
        ("http/CORP-DC-02.corp.example", false),
        ("http/rodc7", false), ("http/dc1:8080", false), ("http/pki.corp.example", false), ("http/192.0.2.30", false),
        ("http/", false), ("http", false),
        ("http/web.corp.example/ldap", false),
    ]

    @Test(arguments: services) func grantsAreForWebApplicationsAlone(_ service: String, _ isFit: Bool) {
        let texts = Self.texts(.both, service: service)
        #expect(Self.changing(texts).contains { $0.contains("@('\(service)')") } == isFit)
        #expect(Self.changing(texts).contains { $0.hasPrefix("Set-ADComputer conn ") })
        if !isFit { #expect(!Self.changing(texts).contains { $0.contains(service) }) }
    }

    static let users: [(String, Bool)] = [
        ("alice", true), ("alice@corp.example", true), ("maria.da.silva", true), ("dana", true),
        ("Administrator", false), ("ADMINISTRATOR@corp.example", false), ("Administrateur", false),
        ("Administrador", false), ("krbtgt", false),
        ("Guest", false), ("Gast", false), ("adm-alice", false), ("alice-adm", false), ("t0_bob", false),
        ("domainadmin2", false),
        ("da-bob", false), ("MSOL_0123456789ab", false), ("web$", false), ("dc1$@CORP.EXAMPLE", false),
        ("host/web.corp.example", false),
    ]

    @Test(arguments: users) func protectionIsTakenFromOrdinaryUsersAlone(_ user: String, _ isFit: Bool) {
        let texts = Self.texts(.both, user: user)
        #expect(Self.changing(texts).contains { $0.contains("'\(user)'") } == isFit)
        #expect(Self.steps(texts).contains { $0.hasPrefix("Stop here unless you know better") } == !isFit)
    }

    @Test(arguments: ["Administrator", "DC1$", "corp-dc$", "krbtgt", "adm_bob"])
    func rightsGoToNoPrivilegedAccount(_ account: String) {
        let texts = Self.texts(.both, account: account)
        for command in Self.changing(texts) {
            #expect(!command.lowercased().contains(account.lowercased().prefix { $0 != "$" }))
        }
        #expect(Self.steps(texts).contains { $0.hasPrefix("Stop here unless you know better: by its name \(account)") })
    }

    /// Whatever rule a stranger's request leads to, the stranger is not named in what changes the directory, nor is a
    /// host that
    /// only a request named connected to.
    @Test func noRuleNamesAStranger() throws {
        let build = UnitBuilder()
        let exchange = build.exchange(.s4U2Proxy, .refused(13), transport: .udp)
        let request = build.request(
            .s4U2Proxy, user: "mallory", service: "http/target.corp.example", account: "KALI$", [exchange])
        var finding = try #require(build.findings([.ticketRequest(request)]).first)
        finding.details = ["http_host", "spn_account", "wrong_account", "backend_address", "peer_address"].map {
            Detail($0, "evil.example")
        }
        finding.causes = []
        var seen = 0
        for rule in RuleRegistry.all {
            finding.rule = rule.documentation
            let text = FindingText(finding, names: build.names)
            for command in Self.changing([text]) {
                seen += 1
                for name in ["KALI", "mallory", "target", "evil"] {
                    #expect(!command.contains(name), "\(rule.documentation.slug): \(command)")
                }
            }
            for command in Self.commands([text]) {
                #expect(!command.contains("://evil"), "\(rule.documentation.slug): \(command)")
            }
        }
        #expect(seen > 20)
    }

    static let hosts: [(String, String)] = [
        ("web.corp.example", "web.corp.example"), ("WEB.corp.example:80", "web.corp.example"), ("web", "web"),
        ("login.evil.example", "<HTTP-HOST>"), ("web.evil.example", "<HTTP-HOST>"), ("192.0.2.30", "<HTTP-HOST>"),
        ("web.corp.example:80';calc", "<HTTP-HOST>"), ("[web]';calc", "<HTTP-HOST>"),
        ("web.corp.example:evil", "<HTTP-HOST>"), ("", "<HTTP-HOST>"),
    ]

    /// A Host field that names another host than the ticket sends nobody there, and nobody sends credentials.
    @Test(arguments: hosts) func connectsOnlyToTheHostOfTheTicket(_ host: String, _ shown: String) throws {
        let silent = Round(.ticket(1), .silence(.closed, byClient: true, seconds: 85)).with { $0.host = host }
        let refused = Round(.ticket(1), .status(400)).with { $0.host = host }
        for (round, start) in [(silent, "Measure-Command { curl.exe"), (refused, "curl.exe -i")] {
            let build = UnitBuilder()
            let texts = build.findings([.signOn(build.signOn(1, [round]))]).map { FindingText($0, names: build.names) }
            let command = try #require(Self.commands(texts).first { $0.hasPrefix(start) })
            #expect(command.contains("http://\(shown)/"))
            #expect(!Self.commands(texts).contains { $0.contains("Credentials") })
        }
    }

    /// Names are judged before anything is cut off them.
    static let accounts: [(String, String?)] = [
        ("conn$", "conn"), ("conn", "conn"), ("conn$@CORP.EXAMPLE", "conn"), ("host/conn.corp.example", "conn"),
        ("HOST/conn.corp.example@CORP.EXAMPLE", "conn"), ("web-01_a$", "web-01_a"),
        ("/savecred", nil), ("anything';x/DC01", nil), ("x/DC01", nil), ("host/", nil), ("host//DC01", nil),
        ("host/-Server", nil),
        ("host/dc01.corp';calc;'", nil), ("conn$@x;calc", nil), ("CORP\\conn$", nil), ("conn$$", nil), ("$", nil),
        ("", nil), ("@x", nil),
        ("host/a/b", nil), ("conn;$", nil), ("host/dc01.\u{2019}x", nil),
    ]

    @Test(arguments: accounts) func cutsNoNameToAnother(_ account: String, _ host: String?) {
        let shown = host ?? "<ACCOUNT-HOST>"
        let commands = Self.commands(Self.texts(.nothing, account: account))
        #expect(commands.contains { $0.hasPrefix("Get-ADComputer \(shown) ") })
        for command in commands where host == nil {
            #expect(!command.contains("savecred") && !command.contains("DC01") && !command.contains("dc01"))
        }
    }
}
