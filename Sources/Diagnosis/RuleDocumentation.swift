/// A rule's own manual page: the one source of `explain`, the README's table and the reports.
///
/// Texts may mention `{user}`, `{user_realm}`, `{spn}`, `{spn_host}`, `{spn_realm}`, `{account}`,
/// `{account_realm}`, `{connector}`, `{kdc}`, `{backend}`, `{realm}` and the keys of the
/// observation's details; reports fill them in, `explain` prints them as `<SPN>`, `<USER>` ….
/// A sentence with a placeholder that has no value is printed with its generic form.
public struct RuleDocumentation: Sendable {
    /// The finding's stable identifier.
    public var slug: StaticString
    /// One line: what is wrong.
    public var title: StaticString
    public var stage: Stage
    /// The severity that the rule usually reports.
    public var severity: Severity
    /// What it means, in a few sentences for an administrator.
    public var meaning: StaticString
    /// What is seen on the wire, and what tells it from its neighbours.
    public var evidence: StaticString
    /// Causes in order of likelihood, each with what to do.
    public var causes: [DocumentedCause]
    /// Other titles and meanings for special forms of the same failure.
    public var variants: [DocumentedVariant] = []
    /// What the wire cannot tell here.
    public var cannotTell: [StaticString] = []
    /// Connector event ids that it explains, most likely first.
    public var eventIDs: [Int] = []
    /// Which rows of Microsoft's guides it serves.
    public var seedRows: [SeedRow] = []
    /// Standards and articles.
    public var references: [StaticString] = []
    /// Slugs of which this may be a consequence when they stand in the same sign-on.
    public var consequenceOf: [StaticString] = []

    /// Makes a page.
    public init(
        slug: StaticString, title: StaticString, stage: Stage, severity: Severity, meaning: StaticString,
        evidence: StaticString, causes: [DocumentedCause], variants: [DocumentedVariant] = [],
        cannotTell: [StaticString] = [], eventIDs: [Int] = [], seedRows: [SeedRow] = [],
        references: [StaticString] = [], consequenceOf: [StaticString] = []
    ) {
        self.slug = slug
        self.title = title
        self.stage = stage
        self.severity = severity
        self.meaning = meaning
        self.evidence = evidence
        self.causes = causes
        self.variants = variants
        self.cannotTell = cannotTell
        self.eventIDs = eventIDs
        self.seedRows = seedRows
        self.references = references
        self.consequenceOf = consequenceOf
    }
}

/// A possible cause and its remedy.
public struct DocumentedCause: Sendable {
    /// Names the cause within its rule.
    public var id: StaticString
    /// The cause, one sentence.
    public var text: StaticString
    /// What to do, in order.
    public var fixes: [DocumentedFix]

    /// Makes a cause.
    public init(_ id: StaticString, _ text: StaticString, fixes: [DocumentedFix] = []) {
        self.id = id
        self.text = text
        self.fixes = fixes
    }
}

/// A step of a remedy: what to do, where, and the exact command where there is one.
public struct DocumentedFix: Sendable {
    /// What to do, one sentence.
    public var text: StaticString
    /// The command to paste, for Windows PowerShell 5.1; nil where the step is not a command.
    public var command: StaticString?
    /// Where to run it.
    public var place: Place
    /// What the command does, where that decides which names may stand in it.
    public var effect: Effect

    /// What holds for every command, for people: reports say it once.
    public static let shellNote = "Commands are for Windows PowerShell, run as an administrator."

    /// What a command does.
    public enum Effect: UInt8, Sendable {
        /// It looks something up, or changes only the host on which it is run: any harmless name may stand in it.
        case local
        /// It connects to the host that it names, without credentials: a host that only a request named is left out.
        case connects
        /// It changes accounts, rights or names in the directory: only a name that the capture vouches for may stand in
        /// it.
        case directory
    }

    /// Where a fix is made.
    public enum Place: UInt8, Sendable {
        case connector, domainController, backend, portal, network, anywhere, capture

        /// The words used in output.
        public var name: String {
            switch self {
            case .connector: "connector"
            case .domainController: "domain controller"
            case .backend: "backend"
            case .portal: "portal"
            case .network: "network"
            case .anywhere: "domain member"
            case .capture: "capture"
            }
        }
    }

    /// Makes a step.
    public init(_ text: StaticString, command: StaticString? = nil, on place: Place, effect: Effect = .local) {
        self.text = text
        self.command = command
        self.place = place
        self.effect = effect
    }
}

/// Another wording for a special form of a failure.
public struct DocumentedVariant: Sendable {
    public var id: StaticString
    public var title: StaticString
    public var meaning: StaticString

    /// Makes a variant.
    public init(_ id: StaticString, title: StaticString, meaning: StaticString) {
        self.id = id
        self.title = title
        self.meaning = meaning
    }
}

/// A row of one of the guides that the product serves.
public struct SeedRow: Sendable {
    /// The guide.
    public var guide: Guide
    /// The row, in the guide's own term.
    public var row: StaticString

    /// The guides, by their subject.
    public enum Guide: UInt8, Sendable, CaseIterable {
        case troubleshoot, debugConnectors, installConnector, kerberosConstrainedDelegation, installConnector2017

        /// The guide's title.
        public var title: String {
            switch self {
            case .troubleshoot: "Troubleshoot Application Proxy"
            case .debugConnectors: "Debug Application Proxy connector issues"
            case .installConnector: "Problem installing the Application Proxy Agent Connector (2018)"
            case .kerberosConstrainedDelegation: "Troubleshoot Kerberos constrained delegation for Application Proxy"
            case .installConnector2017: "Problem installing the Application Proxy Agent Connector (2017)"
            }
        }
    }

    /// Makes a reference to a row.
    public init(_ guide: Guide, _ row: StaticString) {
        self.guide = guide
        self.row = row
    }
}
