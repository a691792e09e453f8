import Pipeline

/// What was lost because a bound was reached, for the first lines of a report: a reader who is told that all is well
/// must know what was not looked at.
enum BoundsNotice {
    /// `More came than can be kept: 12 connections were given up. Failures may be missing.`; nil where no bound was
    /// reached. `hidesFindings` is false where no findings are shown anyway.
    static func sentence(_ limits: [ReachedLimit], hidesFindings: Bool = true) -> String? {
        let reached = limits.filter { $0.dropped > 0 }
        if reached.isEmpty { return nil }
        let parts = reached.map { phrase($0.name, $0.dropped) }
        let hidden = hidesFindings && reached.contains(where: \.mayHideFindings) ? " Failures may be missing." : ""
        return "More came than can be kept: \(parts.joined(separator: ", "))." + hidden
    }

    private static func phrase(_ name: String, _ dropped: UInt64) -> String {
        let number = Wording.grouped(dropped)
        let isOne = dropped == 1
        let (s, was) = isOne ? ("", "was") : ("s", "were")
        return switch name {
        case "flows": "\(number) connection\(s) \(was) given up"
        case "streams": "\(number) connection\(s) \(was) read no further"
        case "fragments": "\(number) fragment\(s) of packets \(was) dropped"
        case "nested_streams": "\(number) packet\(s) of tunnels within tunnels \(was) not read"
        case "secrets": "\(number) block\(s) of keys \(was) not kept"
        case "held_bytes": "\(number) byte\(s) out of order \(was) dropped"
        case "messages_too_large": "\(number) message\(s) \(was) too large to read"
        case "names": "\(number) name\(s) \(was) not kept"
        case "pending_requests": "\(number) request\(s) to domain controllers \(was) not waited for"
        case "ticket_requests": "\(number) ticket request\(s) \(was) closed early"
        case "tickets": "\(number) ticket\(s) \(was) forgotten"
        case "hosts": "what was known of \(number) host\(s) \(was) forgotten"
        case "clocks": "the clock\(s) of \(number) host\(s) \(was) forgotten"
        case "sign_ons": "\(number) sign-on\(s) \(was) closed early"
        case "transactions": "\(number) HTTP request\(s) \(was) not followed"
        case "findings": "\(number) finding\(s) \(was) counted with others like \(isOne ? "it" : "them")"
        default: "\(number) left out (\(name))"
        }
    }
}
