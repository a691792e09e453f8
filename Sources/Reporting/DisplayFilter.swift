import Diagnosis
import Dissectors

/// A Wireshark display filter for the flows that prove a finding.
enum DisplayFilter {
    /// Selects every frame of the flows and no other; without flows, the frames of the evidence.
    static func text(of finding: Finding) -> String {
        if finding.connections.isEmpty {
            let frames = Set(finding.evidence.map(\.frame.frame)).sorted()
            return frames.isEmpty ? "" : "frame.number in {" + frames.map { "\($0)" }.joined(separator: ", ") + "}"
        }
        // Flows between the same two hosts and the same service are told together.
        var order: [Group] = []
        var ports: [Group: [UInt16]] = [:]
        for connection in finding.connections {
            let group = Group(transport: connection.transport, client: connection.client.address, server: connection.server)
            if ports[group] == nil { order.append(group) }
            if ports[group, default: []].contains(connection.client.port) { continue }
            ports[group, default: []].append(connection.client.port)
        }
        let terms = order.map { $0.text(clientPorts: ports[$0] ?? []) }
        return terms.count == 1 ? terms[0] : terms.map { "(\($0))" }.joined(separator: " || ")
    }

    private struct Group: Hashable {
        var transport: Transport
        var client: IPAddress
        var server: Endpoint

        func text(clientPorts: [UInt16]) -> String {
            let family = client.isIPv4 ? "ip" : "ipv6"
            let port = "\(transport.name).port"
            let clients =
                clientPorts.count == 1
                ? "\(port) == \(clientPorts[0])"
                : "\(port) in {" + clientPorts.sorted().map { "\($0)" }.joined(separator: ", ") + "}"
            return "\(family).addr == \(client) && \(family).addr == \(server.address) && \(port) == \(server.port) && \(clients)"
        }
    }
}
