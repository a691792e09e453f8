import PacketModel
import CaptureFile
import Diagnosis
import Digests
import Dissectors
import Exchanges
import Flows
import Pipeline

/// What a run said, in lines that can be compared: no frame numbers, no times, no ids.
package struct Fingerprint: Equatable {
    /// Every message that is no copy, sorted.
    package var messages: [String] = []
    /// Findings, sorted.
    package var findings: [String] = []
    /// Sign-ons, sorted.
    package var signOns: [String] = []

    /// Reads the packets twice: once for the messages, once for what was made of them.
    package init(_ packets: [TestPacket], perBatch: Int = 256, settings: AnalysisSettings = AnalysisSettings()) {
        messages = MessageLine.all(ListSource(packets, perBatch: perBatch)).filter { $0.copyOf == nil }.map(\.text)
            .sorted()
        let result = Analysis.run(ListSource(packets, perBatch: perBatch), settings: settings)
        findings = Self.findings(result)
        signOns = Self.signOns(result)
    }

    /// The findings of a result, those about the capture as such left out on request.
    package static func findings(_ result: AnalysisResult, withSubjects: Bool = true, withCapture: Bool = true)
        -> [String]
    {
        result.findings.filter { withCapture || $0.rule.stage != .capture }.map { finding in
            let head = "\(finding.rule.slug) \(finding.severity.name) \(finding.count)"
            guard withSubjects else { return head }
            let subjects = finding.subjects
            let names = [
                subjects.user, subjects.userRealm, subjects.service, subjects.serviceRealm, subjects.account,
                subjects.accountRealm, subjects.realm,
            ].map { result.names.string($0) ?? "-" }
            let hosts = [subjects.connector, subjects.kdc, subjects.backend?.address].map { $0.map { "\($0)" } ?? "-" }
            return ([head] + names + hosts + ["\(subjects.backend?.port ?? 0)"]).joined(separator: " ")
        }.sorted()
    }

    package static func signOns(_ result: AnalysisResult) -> [String] {
        result.signOns.map { signOn in
            let steps = signOn.steps.map { step in
                let outcome =
                    step.ticketRequest.map { "\($0.outcome)" } ?? step.transaction.map { "\($0.status)" } ?? "-"
                return "\(step.role.name)=\(outcome)"
            }
            let names = [signOn.user.name, signOn.userRealm, signOn.service.name].map { result.names.string($0) ?? "-" }
            return
                """
                \(signOn.kind.name) \(names.joined(separator: " ")) \(signOn.outcome.name) \
                \(steps.joined(separator: ", "))
                """
        }.sorted()
    }

    /// What another run says that this one does not, and the other way round; nil where they agree.
    package func difference(from other: Fingerprint, messagesOnly: Bool = false) -> String? {
        if let first = Self.difference(other.messages, messages) { return "message \(first)" }
        if messagesOnly { return nil }
        if let first = Self.difference(other.findings, findings) { return "finding \(first)" }
        if let first = Self.difference(other.signOns, signOns) { return "sign-on \(first)" }
        return nil
    }

    package static func difference(_ expected: [String], _ found: [String]) -> String? {
        let change = found.difference(from: expected)
        if change.isEmpty { return nil }
        return change.prefix(4).map { part in
            switch part {
            case .insert(_, let text, _): "more: \(text)"
            case .remove(_, let text, _): "less: \(text)"
            }
        }.joined(separator: "\n  ")
    }
}

/// One decoded message as text, and where it stood.
package struct MessageLine: Hashable {
    package var text: String
    package var firstFrame: UInt64
    package var frame: UInt64
    package var copyOf: UInt64?
    package var isIncomplete: Bool
    package var time: Int64?

    /// Every message of a source.
    package static func all(_ source: any PacketSource, settings: FlowSettings = FlowSettings()) -> [MessageLine] {
        var lines: [MessageLine] = []
        MessageWalk.run(source, settings: settings) { message, names in
            let envelope = message.envelope
            var text =
                """
                \(envelope.transport.name) \(envelope.source.address):\(envelope.source.port)>\
                \(envelope.destination.address):\(envelope.destination.port) 
                """
            if let kerberos = message.content as? KerberosMessage { text += Self.text(kerberos, names) }
            if let http = message.content as? HTTPMessage { text += Self.text(http, names) }
            if let fault = envelope.fault {
                text += " \(ProtocolRegistry.standard.name(of: fault.layer)) \(fault.kind.name)"
            }
            lines.append(
                MessageLine(
                    text: text, firstFrame: envelope.firstFrame.frame, frame: envelope.frame.frame,
                    copyOf: envelope.duplicateOf?.frame, isIncomplete: envelope.fault != nil,
                    time: envelope.time?.nanoseconds))
            return true
        }
        return lines
    }

    private static func text(_ ticket: TicketReference, _ names: NameTable) -> String {
        """
        \(ticket.digest.high.hex)\(ticket.digest.low.hex)/\(ticket.etype)/\
        \(names.string(ticket.sname.name) ?? "-")@\(names.string(ticket.realm) ?? "-")
        """
    }

    package static func text(_ message: KerberosMessage, _ names: NameTable) -> String {
        var parts = ["krb\(message.type.rawValue)", "\(message.parts.rawValue)", "\(message.errorCode)"]
        for name in [
            message.cname.name, message.crealm, message.sname.name, message.realm, message.forUser.name,
            message.forUserRealm, message.errorText,
        ] { parts.append(names.string(name) ?? "-") }
        parts += [
            "\(message.kdcOptions)", "\(message.nonce)", "\(message.etypes.array)", "\(message.padata.array)",
            "\(message.errorMethods.array)", "\(message.ntStatus ?? 0)", "\(message.length)", "\(message.pacOptions)",
        ]
        parts += [text(message.ticket, names), text(message.headerTicket, names)]
        parts += message.additionalTickets.array.map { text($0, names) }
        parts.append(message.authenticatorDigest.high.hex)
        return parts.joined(separator: " ")
    }

    package static func text(_ message: HTTPMessage, _ names: NameTable) -> String {
        var parts = [
            "http", "\(message.kind)", "\(message.status)", "\(message.headerBytes)", "\(message.phrases.rawValue)",
        ]
        for name in [message.method, message.target, message.host, message.server, message.location] {
            parts.append(names.string(name) ?? "-")
        }
        parts += [
            "\(message.contentLength ?? 0)", "\(message.isChunked)", "\(message.closesConnection)",
            "\(message.tokenPlace)",
        ]
        parts += message.challenges.array.map { "\(names.string($0.scheme) ?? "-") \($0.tokenKind.name)" }
        if let credential = message.authorization {
            parts.append("\(names.string(credential.scheme) ?? "-") \(credential.tokenKind.name)")
        }
        parts += ["\(message.token.ntlm.type)", text(message.token.kerberos, names)]
        return parts.joined(separator: " ")
    }
}

extension UInt64 {
    package var hex: String { String(self, radix: 16) }
}
