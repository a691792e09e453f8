import PacketModel
import Diagnosis
import Dissectors

extension JSONWriter {
    /// A finding with its texts filled in.
    mutating func finding(_ finding: Finding, text: FindingText, captures: CaptureNames) {
        beginObject()
        member("id", finding.rule.slug.description)
        member("severity", finding.severity.name)
        member("stage", finding.rule.stage.name)
        member("confidence", finding.confidence.name)
        member("title", text.title)
        member("explanation", text.explanation)
        member("count", number: finding.count)
        folded(finding)
        member("first_time", finding.firstTime)
        member("last_time", finding.lastTime)
        subjects(finding.subjects)
        key("evidence")
        beginArray()
        for evidence in finding.evidence {
            beginObject()
            member("capture", captures[evidence.frame.capture])
            member("frame", number: evidence.frame.frame)
            member("time", evidence.time)
            member("note", evidence.note)
            endObject()
        }
        endArray()
        member("omitted_evidence", number: finding.omittedEvidence)
        key("event_ids")
        beginArray()
        for event in finding.rule.eventIDs { number(event) }
        endArray()
        causes(text.causes)
        strings("cannot_tell", text.cannotTell)
        member("consequence_of", finding.consequenceOf?.description)
        member("display_filter", text.displayFilter)
        strings("references", finding.rule.references.map(\.description))
        endObject()
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
    private mutating func causes(_ causes: [FindingText.CauseText]) {
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
            for fix in cause.fixes {
                beginObject()
                member("cause", cause.id)
                member("place", fix.place.name)
                member("text", fix.text)
                member("command", fix.command)
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
