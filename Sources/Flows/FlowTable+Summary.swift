import PacketModel
import ByteParsing
import Dissectors

extension FlowTable {
    /// Appends the summary of a flow as it stands.
    mutating func summarize(
        _ index: Int, endedWithCapture: Bool = false, into summaries: inout RecordArray<ConnectionSummary>
    ) {
        let client = self[index].clientDirection
        var out = ConnectionSummary(
            flow: self[details: index].id, point: self[index].key.point, transport: self[index].transport,
            client: ConnectionSide(endpoint: self[index].endpoint(client)),
            server: ConnectionSide(endpoint: self[index].endpoint(client.reversed)),
            firstTime: self[details: index].firstTime,
            lastTime: self[index].lastSeen, firstFrame: self[details: index].firstFrame, lastFrame: lastFrame(index))
        self[index, client].summarize(into: &out.client)
        self[index, client.reversed].summarize(into: &out.server)
        self[details: index, client].summarize(into: &out.client)
        self[details: index, client.reversed].summarize(into: &out.server)
        if self[index, .forward].hasFin, self[index, .backward].hasFin {
            out.client.isFinAnswer = isFinAnswer(index, client)
            out.server.isFinAnswer = isFinAnswer(index, client.reversed)
        }
        out.cutPackets =
            UInt64(self[details: index, .forward].cutPackets) + UInt64(self[details: index, .backward].cutPackets)
        if hasAnomalies(index) {
            self[anomalies: index].summarize(into: &out)
            self[anomalies: index, client].summarize(into: &out.client)
            self[anomalies: index, client.reversed].summarize(into: &out.server)
        }
        out.protocols = self[details: index].protocols
        out.isTLS = self[index].flags.contains(.tls)
        out.ending = self[details: index].ending
        out.endedWithCapture = endedWithCapture
        _ = summaries.append(large: &out)
    }

    /// Whether a side's FIN acknowledges the other side's.
    private mutating func isFinAnswer(_ index: Int, _ direction: Direction) -> Bool {
        self[details: index, direction].finAcknowledgment > self[details: index, direction.reversed].finSequence
    }
}
