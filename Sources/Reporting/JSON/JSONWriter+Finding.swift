import PacketModel
import Diagnosis
import Dissectors

extension JSONWriter {
    /// A finding in words, and the names that `finding` holds.
    mutating func finding(_ words: ReportedFinding, of finding: Finding) {
        beginObject()
        member("id", words.id)
        member("severity", words.severity.name)
        member("stage", words.stage)
        member("confidence", words.confidence)
        member("title", words.title)
        member("explanation", words.explanation)
        member("count", number: words.count)
        folded(finding)
        member("first_time", words.firstTime)
        member("last_time", words.lastTime)
        subjects(finding.subjects)
        evidence(words.evidence)
        member("omitted_evidence", number: words.omittedEvidence)
        key("event_ids")
        beginArray()
        for event in words.eventIDs { number(event) }
        endArray()
        causes(words.causes)
        strings("cannot_tell", words.cannotTell)
        member("consequence_of", words.consequenceOf)
        member("display_filter", words.displayFilter)
        strings("references", words.references)
        endObject()
    }

    private mutating func evidence(_ evidence: [ReportedEvidence]) {
        key("evidence")
        beginArray()
        for frame in evidence {
            beginObject()
            member("capture", frame.capture)
            member("frame", number: frame.frame)
            member("time", frame.time)
            member("note", frame.note)
            endObject()
        }
        endArray()
    }

    /// Of a record that stands for findings without one of their own: how many, and the first of their users.
    private mutating func folded(_ finding: Finding) {
        key("folded")
        guard let folded = finding.folded else { return null() }
        beginObject()
        member("findings", number: folded.count)
        key("users")
        beginArray()
        for user in finding.users { name(user) }
        endArray()
        endObject()
    }

    private mutating func subjects(_ subjects: Subjects) {
        key("subjects")
        beginObject()
        member("user", subjects.user)
        member("user_realm", subjects.userRealm)
        member("service", subjects.service)
        member("service_realm", subjects.serviceRealm)
        member("account", subjects.account)
        member("account_realm", subjects.accountRealm)
        member("connector", subjects.connector)
        member("kdc", subjects.kdc)
        member("backend", subjects.backend?.address)
        member("backend_port", number: subjects.backend?.port)
        member("realm", subjects.realm)
        endObject()
    }

    /// `causes` in order of likelihood, and `fixes` in the same order, each naming its cause.
    private mutating func causes(_ causes: [ReportedCause]) {
        key("causes")
        beginArray()
        for cause in causes {
            beginObject()
            member("id", cause.id)
            member("text", cause.text)
            endObject()
        }
        endArray()
        key("fixes")
        beginArray()
        for cause in causes {
            for step in cause.steps {
                beginObject()
                member("cause", cause.id)
                member("place", step.location)
                member("text", step.text)
                member("command", step.command)
                endObject()
            }
        }
        endArray()
    }

    private mutating func strings(_ key: String, _ texts: [String]) {
        self.key(key)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
