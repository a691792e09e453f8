/// What users see in the browser.
enum UserErrorTopics {
    static let all: [ExplainTopic] = [
        ExplainTopic(
            "page-not-rendered", "The page is not rendered correctly", .row,
            body: [
                """
                The page comes, but pictures, style sheets or scripts are missing: they lie outside the path that \
                was published. With https://yourapp/app published, https://yourapp/media is out of reach.
                """,
                """
                Publish the highest path that holds everything, here https://yourapp/, and set the user's start \
                page to the deeper link if it has to be one.
                """,
            ],
            steps: [
                DocumentedFix("Change Internal URL to the common parent path, and set the home page URL.", on: .portal)
            ],
            slugs: ["outside-published-path", "redirect-to-unpublished-host"],
            seedRows: [SeedRow(.troubleshoot, "The page is not rendered correctly")],
            keywords: ["images", "css", "path", "render", "layout", "404"]),
        ExplainTopic(
            "website-cannot-display-iwa", "The website cannot display the page (Integrated Windows Authentication)",
            .row,
            body: [
                """
                For an application with Integrated Windows Authentication this is nearly always the SPN: the one \
                in the portal is not the one in the directory, or it belongs to another account than the \
                application runs under.
                """
            ],
            steps: [
                DocumentedFix("Compare portal and directory.", command: Commands.findInternalSPN, on: .anywhere)
            ],
            slugs: ["spn-unknown", "backend-rejected-ticket", "spn-host-mismatch"],
            seedRows: [SeedRow(.troubleshoot, "The website cannot display the page (IWA): SPN incorrect")],
            keywords: ["browser", "iwa", "display"]),
        ExplainTopic(
            "website-cannot-display-owa", "The website cannot display the page (Outlook Web Access and alike)", .row,
            body: [
                """
                Three causes share this page. The SPN is wrong, as for every application with Integrated Windows \
                Authentication. Or the user signed in with a Microsoft account or as a guest: such users have no \
                account in Active Directory, so no ticket can be issued for them. Or the user has no right in the \
                application on premises.
                """,
                """
                A capture tells them apart: 7 for the SPN, 6 for the unknown user, an accepting token with 403 \
                for the missing right.
                """,
            ],
            steps: [
                DocumentedFix("Check the SPN.", command: Commands.findInternalSPN, on: .anywhere),
                DocumentedFix(
                    "Find the user in Active Directory.",
                    command: "Get-ADUser -Filter \"UserPrincipalName -eq '<USER>'\"", on: .domainController),
                DocumentedFix("Check the user's rights in the application itself.", on: .backend),
            ],
            slugs: ["spn-unknown", "user-unknown", "authorization-denied"],
            seedRows: [
                SeedRow(.troubleshoot, "The website cannot display the page (OWA): SPN incorrect"),
                SeedRow(.troubleshoot, "The website cannot display the page (OWA): Microsoft account or guest"),
                SeedRow(.troubleshoot, "The website cannot display the page (OWA): user not defined on premises"),
            ],
            keywords: ["owa", "outlook", "guest", "browser"]),
        ExplainTopic(
            "not-assigned", "Authorization failed: assign the user with access to this application", .row,
            body: [
                """
                The cloud refused before anything reached the connector: the user, or a group of the user, is not \
                assigned to the application, or signed in with a Microsoft account or as a guest. Nothing of it \
                is in a capture on premises.
                """
            ],
            steps: [
                DocumentedFix(
                    "Open the enterprise application, Users and groups, and assign the user or a group.", on: .portal)
            ],
            slugs: ["user-unknown"],
            seedRows: [
                SeedRow(.troubleshoot, "Not authorized: assign the user to the application"),
                SeedRow(.troubleshoot, "Not authorized: Microsoft account or guest"),
            ],
            keywords: ["assignment", "assign", "authorized", "guest", "access"]),
        ExplainTopic(
            "connector-timed-out", "This corporate app can't be accessed right now: the connector timed out", .row,
            body: [
                """
                The guide blames missing rights of the user on premises. The other reading is the literal one: \
                the backend took longer than the time that the connector waits, 85 seconds, or 180 with the \
                setting Long. A capture shows which: a request without answer, or an answer with 401 or 403.
                """
            ],
            steps: [
                DocumentedFix(
                    """
                    Measure: take the time of an answer without a sign-on; if that is quick, open the internal \
                    URL in a browser on the connector.
                    """,
                    command: "Measure-Command { curl.exe -s -o NUL http://<INTERNAL_HOST>/ }", on: .connector),
                DocumentedFix("Set Backend Application Timeout to Long.", on: .portal),
                DocumentedFix("Check the user's rights in the application.", on: .backend),
            ],
            slugs: ["backend-timeout", "authorization-denied", "backend-unreachable"],
            seedRows: [
                SeedRow(
                    .troubleshoot,
                    "This corporate app can't be accessed right now: the connector timed out (permissions)"),
                SeedRow(.debugConnectors, "9: Lengthen the time-out value on the back end"),
            ],
            keywords: ["timeout", "timed", "slow", "later"]),
        ExplainTopic(
            "no-licence", "Authorization failed: the user needs a Premium licence", .row,
            body: [
                """
                The tenant gives this user no licence of Azure Active Directory Premium (Microsoft Entra ID P1 or \
                P2), which Application Proxy needs. The cloud refuses; the connector never hears of it.
                """
            ],
            steps: [
                DocumentedFix(
                    "Assign a licence to the user or to a group (the directory's page Licenses).", on: .portal)
            ],
            seedRows: [SeedRow(.troubleshoot, "Not authorized: Premium licence")],
            keywords: ["license", "licence", "premium", "p1"]),
        ExplainTopic(
            "custom-domain", "A server with the specified host name could not be found: the custom domain", .row,
            body: [
                """
                The external URL uses a domain of your own, and the internet does not resolve it, or no \
                certificate was uploaded for it. The public DNS must have a CNAME from that name to the \
                application's name under msappproxy.net.
                """
            ],
            steps: [
                DocumentedFix(
                    "Resolve the external name from outside.", command: "nslookup <EXTERNAL_HOST> 8.8.8.8",
                    on: .anywhere),
                DocumentedFix(
                    "Upload a certificate for the domain on the application's page, and create the CNAME record.",
                    on: .portal),
            ],
            slugs: ["cloud-dns-failure"],
            seedRows: [SeedRow(.troubleshoot, "A server with the specified host name could not be found")],
            keywords: ["dns", "cname", "domain", "certificate", "hostname", "host"]),
        ExplainTopic(
            "preauthentication", "Client preauthentication fails", .row,
            body: [
                """
                The user never got past the sign-in at the cloud: the account does not exist there, is disabled \
                or blocked, or a policy refused it. The browser's own error text says which. Delegation has \
                nothing to do with it, and no capture on premises shows it.
                """,
                """
                To separate the stages, set preauthentication to Passthrough for a test: if the application then \
                prompts and lets the same account in through the external URL, the backend is sound. Set it back \
                afterwards.
                """,
            ],
            steps: [
                DocumentedFix("See whether the account exists in the tenant and is enabled.", on: .portal),
                DocumentedFix(
                    "For a test, set Pre Authentication to Passthrough, open the external URL, and set it back.",
                    on: .portal),
            ],
            seedRows: [
                SeedRow(.kerberosConstrainedDelegation, "Stage: client preauthentication"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: disable preauthentication for a test"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: enable preauthentication again"),
            ],
            keywords: ["blocked", "disabled", "sign-in", "passthrough", "aadsts"]),
        ExplainTopic(
            "not-listed", "The error is in none of the guides", .row,
            body: [
                """
                Keep the activity id and the time of the error page, the connector's events of that minute and a \
                capture of that minute, and open a support request from the portal with them. A report of this \
                tool as JSON or Markdown holds no secrets and can be attached.
                """
            ],
            seedRows: [
                SeedRow(.troubleshoot, "My error wasn't listed here"),
                SeedRow(.kerberosConstrainedDelegation, "Escalate: support ticket"),
            ],
            keywords: ["support", "feedback", "unknown", "help"]),
    ]
}
