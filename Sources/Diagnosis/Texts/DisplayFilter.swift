import PacketModel
import Dissectors

/// Wireshark display filters for findings.
public enum DisplayFilter {
    /// The longest filter made.
    public static let maximumBytes = 4096

    /// A filter that selects every evidence frame and no more than its flows; by frame numbers where
    /// the flows are too many to name; empty where there is no evidence.
    public static func text(of finding: Finding) -> String {
        if finding.omittedConnections == 0, !finding.connections.isEmpty {
            let text = flows(finding.connections)
            if text.utf8.count <= maximumBytes { return text }
        }
        return frames(finding.evidence.map(\.frame))
    }

    /// Selects flows, ICMP errors about them included: Wireshark compares the quoted headers too.
    static func flows(_ connections: [ConnectionKey]) -> String {
        // One term for all flows between the same pair of hosts to the same port.
        var terms: [(head: ConnectionKey, ports: [UInt16])] = []
        for connection in connections.sorted() {
            if let last = terms.indices.last, terms[last].head.transport == connection.transport,
                terms[last].head.client.address == connection.client.address,
                terms[last].head.server == connection.server
            {
                if terms[last].ports.last != connection.client.port { terms[last].ports.append(connection.client.port) }
            } else {
                terms.append((connection, [connection.client.port]))
            }
        }
        let texts = terms.map { term in
            let ip = term.head.client.address.isIPv4 ? "ip" : "ipv6"
            let transport = term.head.transport.name
            let ports = term.ports.map { String($0) }
            let client =
                ports.count == 1
                ? "\(transport).port == \(ports[0])" : "\(transport).port in {\(ports.joined(separator: ", "))}"
            return "(\(ip).addr == \(term.head.client.address) && \(ip).addr == \(term.head.server.address) && "
                + "\(transport).port == \(term.head.server.port) && \(client))"
        }
        return texts.joined(separator: " || ")
    }

    /// Selects frames by their numbers.
    static func frames(_ frames: [FrameReference]) -> String {
        var numbers: [UInt64] = []
        for frame in frames.map(\.frame).sorted() where numbers.last != frame { numbers.append(frame) }
        if numbers.isEmpty { return "" }
        return "frame.number in {" + numbers.map { String($0) }.joined(separator: ", ") + "}"
    }
}
