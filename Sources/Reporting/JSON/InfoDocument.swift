import ByteParsing
import Dissectors
import Exchanges
import Pipeline

/// Writes what captures are and hold as one JSON document.
public struct InfoDocument: ~Copyable {
    private var json: JSONWriter

    /// The document of a result, complete and ready to be written out.
    public init(_ result: AnalysisResult) {
        json = JSONWriter(names: result.names, protocols: result.protocols, indented: true)
        json.beginObject()
        json.member("schema_version", number: AnalysisDocument.schemaVersion)
        json.member("complete", result.isComplete)
        json.limits(result.limits)
        json.key("captures")
        json.beginArray()
        for capture in result.captures { json.capture(capture) }
        json.endArray()
        json.key("points")
        json.beginArray()
        for point in result.points { json.point(point, result.protocols) }
        json.endArray()
        json.endObject()
        json.endLine()
    }

    /// The document as UTF-8, with a closing line break.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { json.bytes }
    }
}

extension JSONWriter {
    /// What one observation point holds and lacks. `packets_without_ip` are those whose link layer led neither to IPv4
    /// nor to IPv6, as ARP is; `undecoded_packets` those of which a layer was cut, malformed or of a kind that is not
    /// read.
    fileprivate mutating func point(_ point: CaptureFacts, _ protocols: ProtocolRegistry) {
        beginObject()
        member("point", number: point.point)
        member("packets", number: point.packets)
        member("first_time", point.firstTime)
        member("last_time", point.lastTime)
        member("packets_without_ip", number: point.packetsWithoutIP)
        member("undecoded_packets", number: point.undecodedPackets)
        for module in protocols.counted(in: point.messages) {
            member("\(module.name)_messages", number: point.messages[module.id])
        }
        member("cut_packets", number: point.cutPackets)
        member("cut_messages", number: point.cutMessages)
        member("gaps", number: point.gapCount)
        member("missing_bytes", number: point.missingBytes)
        member("duplicate_packets", number: point.duplicatePackets)
        member("one_sided_flows", number: point.oneSidedFlows)
        member("two_sided_flows", number: point.twoSidedFlows)
        member("dropped_packets", number: point.dropped)
        member("clock_steps_back", number: point.clockSteps)
        member("largest_clock_step_back_ns", number: point.clockStepBack)
        endObject()
    }
}
