import Dissectors
import Exchanges
import Flows
import PacketModel

/// Why a connection did not come about.
enum AttemptFailure {
    case refused, unreachable, silent

    /// The words used in output.
    var text: String {
        switch self {
        case .refused: "refused (RST in answer to SYN)"
        case .unreachable: "ICMP unreachable"
        case .silent: "SYN without answer"
        }
    }
}

extension ConnectionSummary {
    /// Why this connection was never established; nil where it was, or where one cannot say.
    var attemptFailure: AttemptFailure? {
        guard transport == .tcp, client.synCount > 0, server.synCount == 0, server.payloadBytes == 0,
            client.payloadBytes == 0
        else { return nil }
        if server.resetFrame != nil { return .refused }
        if icmpFrame != nil { return .unreachable }
        return client.synCount > 1 && server.packets == 0 ? .silent : nil
    }

    /// SYNs, and what came back.
    var attemptEvidence: [Evidence] {
        var out: [Evidence] = []
        if let frame = client.synFrame { out.append(Evidence(frame, firstTime, "SYN")) }
        if let frame = client.lastSynFrame, frame != client.synFrame {
            out.append(Evidence(frame, nil, "SYN again, \(client.synCount) in all"))
        }
        if let frame = server.resetFrame { out.append(Evidence(frame, server.resetTime, "RST")) }
        if let frame = icmpFrame { out.append(Evidence(frame, icmpTime, "ICMP unreachable")) }
        return out
    }

    /// Ports of domain controllers and name servers.
    private static let directoryPorts: Set<UInt16> = [
        53, 88, 123, 135, 137, 139, 389, 445, 464, 636, 3268, 3269, 5355, 9389,
    ]

    /// Whether a web server may be at the other end, as far as port and roles say.
    func mayLeadToBackend(_ context: RuleContext) -> Bool {
        transport == .tcp && !Self.directoryPorts.contains(server.endpoint.port)
            && !protocols.contains(.kerberos)
            && (!context.has(.kdc, server.endpoint.address, point: point)
                || context.has(.backend, server.endpoint.address, point: point)
                || server.endpoint.port == 80 || server.endpoint.port == 443)
    }
}

extension ConnectionSummary {
    /// Whether a connection to port 88 never came about.
    var isRefusedByController: Bool {
        guard transport == .tcp, server.endpoint.port == 88, client.synCount > 0, client.payloadBytes == 0,
            server.payloadBytes == 0
        else { return false }
        if icmpFrame != nil || (server.resetFrame != nil && server.synCount == 0) {
            return true
        }
        return server.packets == 0 && client.synCount > 1
    }

    /// The frames that show that a connection to port 88 never came about.
    var refusalEvidence: [Evidence] {
        var evidence: [Evidence] = []
        if let frame = client.synFrame {
            evidence.append(Evidence(frame, firstTime, "SYN to port 88"))
        }
        if let frame = icmpFrame {
            evidence.append(
                Evidence(frame, icmpTime, "ICMP error \(icmpType)/\(icmpCode)"))
        } else if let frame = server.resetFrame {
            evidence.append(Evidence(frame, server.resetTime, "refused by RST"))
        } else {
            for frame in [client.secondSynFrame, client.lastSynFrame] {
                guard let frame, frame != evidence.last?.frame else { continue }
                evidence.append(Evidence(frame, nil, "SYN again"))
            }
        }
        return evidence
    }
}
