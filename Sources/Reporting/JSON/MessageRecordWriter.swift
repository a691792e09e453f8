import PacketModel
import ByteParsing
import Dissectors

/// Writes decoded messages as NDJSON: one object with a fixed set of keys per message and line.
///
/// Records gather in a buffer that the caller empties when it has grown to its taste:
///
///     writer.write(message)
///     if writer.count >= 65_536 {
///         try output.writeAll(writer.bytes)
///         writer.removeAll()
///     }
public struct MessageRecordWriter: ~Copyable {
    private var json: JSONWriter
    private let captures: CaptureNames
    private let protocols: ProtocolRegistry
    /// Endpoints and Community ID of a flow's direction as ready-made members.
    private var flowMembers: [UInt64: String] = [:]

    /// Flows remembered; beyond, all are forgotten and made anew.
    private static let maximumFlows = 1 << 14

    /// A writer for messages of these protocols whose names come from `names`; `captureNames` by capture index.
    public init(names: NameTable, captureNames: [String], protocols: ProtocolRegistry = .standard) {
        self.protocols = protocols
        json = JSONWriter(names: names, protocols: protocols, indented: false)
        captures = CaptureNames(captureNames)
    }

    /// What has been written and not removed.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { json.bytes }
    }

    /// Octets written and not removed.
    public var count: Int { json.count }

    /// Forgets what has been written, after it has gone out.
    public mutating func removeAll() { json.removeAll() }

    /// Appends one message's record.
    public mutating func write(_ message: borrowing Message) {
        let envelope = message.envelope
        json.beginObject()
        json.member("record", "message")
        json.member("frame", number: envelope.frame.frame)
        json.member("time", envelope.time)
        json.member("capture", captures[envelope.frame.capture])
        json.member("protocol", protocols.name(of: message.protocolID))
        writeFlow(envelope)
        json.member("first_frame", number: envelope.firstFrame.frame)
        json.member("duplicate_of", number: envelope.duplicateOf?.frame)
        json.member("incomplete", envelope.fault != nil)
        json.key("fault")
        json.fault(envelope.fault)
        message.content.writeMembers(to: &json)
        json.endObject()
        json.endLine()
    }

    private mutating func writeFlow(_ envelope: MessageEnvelope) {
        let key = envelope.flow.rawValue << 1 | UInt64(envelope.direction.rawValue)
        if envelope.flow.rawValue != 0, let members = flowMembers[key] { return json.members(members) }
        let members =
            #""transport":"\#(envelope.transport.name)","source":"\#(envelope.source.address)","#
            + #""source_port":\#(envelope.source.port),"destination":"\#(envelope.destination.address)","#
            + #""destination_port":\#(envelope.destination.port),"community_id":""#
            + CommunityID.text(envelope.transport, envelope.source, envelope.destination) + #"""#
        if envelope.flow.rawValue != 0 {
            if flowMembers.count >= Self.maximumFlows { flowMembers.removeAll(keepingCapacity: true) }
            flowMembers[key] = members
        }
        json.members(members)
    }
}
