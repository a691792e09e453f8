/// What to verify before a command that changes the directory, where names of this capture were kept out of it.
enum Caution {
    private enum Subject { case account, user, service }

    /// The steps that belong before a fix, one for each name kept out; none where all stand in it.
    static func steps(before fix: DocumentedFix, _ values: TextValues) -> [FindingText.FixText] {
        guard fix.effect == .directory, let command = fix.command else { return [] }
        var subjects: [(Subject, NameStanding.Verdict)] = []
        for key in DocumentationText.keys(command) {
            guard let verdict = values.withheld(key, .directory), let subject = subject(of: key),
                !subjects.contains(where: { $0.0 == subject })
            else { continue }
            subjects.append((subject, verdict))
        }
        return subjects.map { step($0.0, $0.1, values, isHost: DocumentationText.keys(command).contains("http_host")) }
    }

    private static func subject(of key: String) -> Subject? {
        switch key {
        case "account", "account_host", "account_realm": .account
        case "user": .user
        case "spn", "spn_host", "spn_realm", "http_host": .service
        default: nil
        }
    }

    private static func step(_ subject: Subject, _ verdict: NameStanding.Verdict, _ values: TextValues, isHost: Bool)
        -> FindingText.FixText
    {
        let text: StaticString
        var command: StaticString
        switch (subject, verdict) {
        case (.account, .refused):
            text =
                """
                Stop here unless you know better: by its name {account} is an administrator's account or a domain \
                controller, not a connector. Grant it nothing.
                """
            command =
                "Get-ADObject -LDAPFilter '(sAMAccountName={account})' -Properties whenCreated, servicePrincipalName"
        case (.account, _):
            text =
                """
                First check that {account} is your connector. It is not seen to log on over TCP and to ask for \
                tickets in users' names, and anybody can send packets that name it. Only then put its name into \
                the command below.
                """
            command =
                "Get-ADObject -LDAPFilter '(sAMAccountName={account})' -Properties whenCreated, servicePrincipalName"
        case (.user, .refused):
            text =
                """
                Stop here unless you know better: by its name {user} is an administrator, a built-in account or a \
                computer. Such accounts must stay protected.
                """
            command =
                """
                Get-ADUser -Filter "UserPrincipalName -eq '{user}' -or SamAccountName -eq '{user}'" -Properties \
                MemberOf, AdminCount
                """
        case (.user, _):
            text =
                """
                First check who {user} is and that your connector asked for this user: the capture does not show \
                that a connector did. Only then put the name into the command below.
                """
            command =
                """
                Get-ADUser -Filter "UserPrincipalName -eq '{user}' -or SamAccountName -eq '{user}'" -Properties \
                MemberOf, AdminCount
                """
        case (.service, .refused):
            text =
                isHost
                ? """
                Stop here unless you know better: by its name or address {http_host} is a domain controller, a \
                certification authority or no named host.
                """
                : """
                Stop here unless you know better: {spn} is not the name of a web application (http/ and the host \
                of one). A right to any other service, or to a domain controller, can give control of the whole \
                domain.
                """
            command = "setspn -Q {spn}"
        case (.service, _):
            text =
                isHost
                ? """
                First check that {http_host} is an application that you publish: the capture does not show that a \
                connector asked for it. Only then put its name into the command below.
                """
                : """
                First check that {spn} is an application that you publish: the capture does not show that a \
                connector asked for it. Only then put its name into the command below.
                """
            command = "setspn -Q {spn}"
        }
        if subject == .service, isHost { command = "setspn -Q HTTP/{http_host}" }
        return FindingText.FixText(
            text: DocumentationText.fill(text, values),
            command: DocumentationText.fill(command, values, for: .command(.local)), place: .anywhere)
    }
}
