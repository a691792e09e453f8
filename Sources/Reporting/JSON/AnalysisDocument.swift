import PacketModel
import ByteParsing
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// Writes the result of an analysis as one JSON document, as described by the schema that the
/// product ships. Every key is always there; what is unknown is `null`.
public struct AnalysisDocument: ~Copyable {
    /// The version of the document's form: it rises when a key changes its meaning or goes away.
    public static let schemaVersion = 1

    private var json: JSONWriter
    private let result: AnalysisResult
    /// What it says in words: the verdict, and each finding.
    private let builder: ReportBuilder
    private let captures: CaptureNames

    /// The document of a result, complete and ready to be written out.
    public init(_ result: AnalysisResult) {
        json = JSONWriter(names: result.names, indented: true)
        self.result = result
        builder = ReportBuilder(result, .quiet)
        captures = builder.captures
        write()
    }

    /// The document as UTF-8, with a closing line break.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { json.bytes }
    }

    private mutating func write() {
        json.beginObject()
        json.member("schema_version", number: Self.schemaVersion)
        json.member("complete", result.isComplete)
        json.member("findings_complete", result.areFindingsComplete)
        writeFaults()
        json.limits(result.limits)
        writeCaptures()
        writeHosts()
        writeExchanges()
        writeTransactions()
        writeSignOns()
        writeFindings()
        writeSummary()
        json.endObject()
        json.endLine()
    }

    // MARK: The captures

    private mutating func writeFaults() {
        json.key("faults")
        json.beginArray()
        for fault in result.faults {
            json.beginObject()
            json.member("capture", captures[fault.capture])
            json.member("frame", number: fault.frame)
            json.member("offset", number: fault.offset)
            json.member("kind", fault.kind.name)
            json.member("layer", fault.layer)
            json.member("message", fault.message)
            json.endObject()
        }
        json.endArray()
    }

    private mutating func writeCaptures() {
        json.key("captures")
        json.beginArray()
        for capture in result.captures { json.capture(capture) }
        json.endArray()
    }

    private mutating func writeHosts() {
        json.key("hosts")
        json.beginArray()
        for host in result.hosts {
            json.beginObject()
            json.member("address", host.address)
            json.member("point", number: host.point)
            json.key("roles")
            json.beginArray()
            for role in host.roles.words { json.string(role) }
            json.endArray()
            json.member("roles_given", host.roles.contains(.given))
            json.member("name", host.name)
            json.member("realm", host.realm)
            json.key("clock")
            if let clock = result.clocks.first(where: { $0.host == host.address && $0.point == host.point }) {
                json.beginObject()
                json.member("lowest_offset_ns", number: clock.lowestOffset)
                json.member("highest_offset_ns", number: clock.highestOffset)
                json.member("samples", number: clock.samples)
                json.member("source", clock.source.name)
                json.member("capture", captures[clock.frame.capture])
                json.member("frame", number: clock.frame.frame)
                json.member("time", clock.time)
                json.endObject()
            } else {
                json.null()
            }
            json.endObject()
        }
        json.endArray()
    }

    // MARK: What happened

    private mutating func writeExchanges() {
        json.key("kerberos_exchanges")
        json.beginArray()
        for request in result.ticketRequests {
            for exchange in request.attempts { json.exchange(exchange, of: request, captures: captures) }
        }
        json.endArray()
    }

    private mutating func writeTransactions() {
        json.key("http_transactions")
        json.beginArray()
        for transaction in result.transactions { json.transaction(transaction, captures: captures) }
        json.endArray()
    }

    private mutating func writeSignOns() {
        json.key("sign_ons")
        json.beginArray()
        for signOn in result.signOns {
            let findings = builder.links.findings(of: signOn).map { result.findings[$0].rule.slug.description }
            json.signOn(signOn, findings: findings, captures: captures)
        }
        json.endArray()
    }

    // MARK: What it means

    private mutating func writeFindings() {
        json.key("findings")
        json.beginArray()
        for (number, finding) in result.findings.enumerated() { json.finding(builder.finding(number), of: finding) }
        json.endArray()
    }

    private mutating func writeSummary() {
        json.key("summary")
        json.beginObject()
        let counts = ReportCounts(result)
        json.member("verdict", builder.verdict.sentence)
        json.member("packets", number: counts.packets)
        json.key("messages")
        json.beginObject()
        for messages in counts.messages { json.member(messages.name, number: messages.count) }
        json.endObject()
        writeOutcomes("sign_ons", counts.signOns)
        writeOutcomes("ticket_requests", counts.ticketRequests)
        json.key("findings")
        json.beginObject()
        for severity in Severity.allCases.reversed() {
            json.member(severity.name, number: result.findings.count { $0.severity == severity })
        }
        json.endObject()
        json.key("omitted")
        json.beginObject()
        json.member("kerberos_exchanges", number: result.omittedExchanges)
        json.member("http_transactions", number: result.omittedTransactions)
        json.member("sign_ons", number: result.omittedSignOns)
        json.member("faults", number: result.omittedFaults)
        writeFolds()
        json.endObject()
        json.endObject()
    }

    /// The findings that have no record of their own, by rule.
    private mutating func writeFolds() {
        json.key("findings")
        json.beginArray()
        for fold in result.folds {
            json.beginObject()
            json.member("id", fold.slug)
            json.member("findings", number: fold.findings)
            json.member("occasions", number: fold.occasions)
            json.endObject()
        }
        json.endArray()
    }

    private mutating func writeOutcomes(_ key: String, _ counts: OutcomeCounts) {
        json.key(key)
        json.beginObject()
        json.member("succeeded", number: counts.succeeded)
        json.member("failed", number: counts.failed)
        json.member("unknown", number: counts.unknown)
        json.endObject()
    }
}

extension JSONWriter {
    /// The bounds that were reached.
    mutating func limits(_ limits: [ReachedLimit]) {
        key("limits")
        beginArray()
        for limit in limits where limit.dropped > 0 {
            beginObject()
            member("name", limit.name)
            member("dropped", number: limit.dropped)
            member("may_hide_findings", limit.mayHideFindings)
            endObject()
        }
        endArray()
    }
}
