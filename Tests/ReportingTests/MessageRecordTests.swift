import PacketModel
import ByteParsing
import Digests
import Dissectors
import Reporting
import Testing

@Suite struct MessageRecordTests {
    private static func records(_ messages: [Message], _ names: NameTable) -> [String] {
        var writer = MessageRecordWriter(names: names, captureNames: ["a.pcap"])
        for message in messages { writer.write(message) }
        var octets: [UInt8] = []
        let bytes = writer.bytes
        for index in 0..<bytes.byteCount { octets.append(bytes.u8(index)) }
        return String(decoding: octets, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static func envelope(fault: LayerFault? = nil, duplicateOf: FrameReference? = nil) -> MessageEnvelope {
        MessageEnvelope(
            firstFrame: FrameReference(capture: 0, frame: 3), frame: FrameReference(capture: 0, frame: 5),
            time: StoryBuilder.start, flow: FlowID(rawValue: 4), point: 0, transport: .tcp, direction: .forward,
            source: Endpoint(address: IPAddress("128.232.110.120")!, port: 34_855),
            destination: Endpoint(address: IPAddress("66.35.250.204")!, port: 80), duplicateOf: duplicateOf,
            fault: fault)
    }

    private static func story() -> ([Message], NameTable) {
        let builder = StoryBuilder()
        let request = builder.request(
            .s4U2Proxy, user: "alice", service: "http/app.corp.example", code: 13, status: 0xC000_0225)
        let transaction = builder.transaction(host: "app.corp.example", target: "/a\"b", status: 401, accepts: true)
        let fault = LayerFault(.truncated, layer: .kerberos, at: 77)
        let messages = [
            Message(envelope: envelope(), content: request.attempts[0].request),
            Message(envelope: envelope(fault: fault), content: request.attempts[0].reply),
            Message(envelope: envelope(), content: transaction.request!),
            Message(
                envelope: envelope(duplicateOf: FrameReference(capture: 0, frame: 2)),
                content: transaction.response!),
            Message(envelope: envelope(fault: fault), content: KerberosMessage()),
        ]
        return (messages, builder.names)
    }

    @Test func conformToTheirSchema() throws {
        let (messages, names) = Self.story()
        let records = Self.records(messages, names)
        #expect(records.count == messages.count)
        #expect(try SchemaCheck.complaints(of: records, against: OutputSchema.message) == "")
    }

    @Test func schemaRejectsEveryMutation() throws {
        let (messages, names) = Self.story()
        for record in Self.records(messages, names) {
            #expect(try SchemaCheck.survivors(of: record, against: OutputSchema.message) == "")
        }
    }

    @Test func tellFieldsByTheirNames() throws {
        let (messages, names) = Self.story()
        let records = Self.records(messages, names)
        let request = try #require(records.first)
        for part in [
            #""record":"message","frame":5,"time":"2023-11-14T22:13:20.123456789Z","capture":"a.pcap""#,
            #""protocol":"kerberos""#,
            #""source":"128.232.110.120","source_port":34855,"destination":"66.35.250.204","destination_port":80"#,
            #""community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg=""#, #""msg_type":12,"name":"TGS-REQ""#,
            #""sname":"http/app.corp.example""#, #""etypes":[18,17,23]"#, #""padata":[1,167]"#,
            #""kdc_options":["forwardable","renewable","cname-in-addl-tkt","canonicalize"]"#, #""duplicate_of":null"#,
            #""incomplete":false"#, #""digest":"00000000000000010000000000000002""#,
        ] { #expect(request.contains(part), "\(part) in \(request)") }
        #expect(records[1].contains(#""incomplete":true,"fault":{"kind":"truncated","layer":"kerberos","offset":77}"#))
        #expect(records[1].contains(#""error_code":13,"error_name":"KDC_ERR_BADOPTION","nt_status":3221226021"#))
        #expect(records[2].contains(#""target":"/a\"b""#))
        #expect(records[2].contains(#""token":{"protocol":"kerberos","msg_type":14,"name":"AP-REQ""#))
        #expect(records[3].contains(#""duplicate_of":2"#))
        #expect(records[3].contains(#""state":"accept-completed""#))
    }
}
