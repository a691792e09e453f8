import Dissectors
import PacketModel
import CaptureFile

extension JSONWriter {
    /// One capture, as it stood when reading ended.
    mutating func capture(_ capture: CaptureDescription) {
        beginObject()
        member("name", capture.name)
        member("point", number: capture.point)
        member("format", capture.format)
        member("compression", capture.compression)
        key("interfaces")
        beginArray()
        for interface in capture.interfaces { self.interface(interface) }
        endArray()
        member("packets", number: capture.packets)
        member("truncated_packets", number: capture.truncatedPackets)
        member("dropped_packets", number: capture.dropped)
        member("captured_bytes", number: capture.capturedBytes)
        member("first_time", capture.firstTime)
        member("last_time", capture.lastTime)
        member("operating_system", capture.operatingSystem)
        member("application", capture.application)
        key("comments")
        beginArray()
        for comment in capture.comments { string(comment) }
        endArray()
        member("decryption_secrets", number: capture.decryptionSecrets)
        member("recorded_names", number: capture.recordedNames)
        member("complete", capture.ended && capture.fault == nil)
        endObject()
    }

    private mutating func interface(_ interface: InterfaceDescription) {
        beginObject()
        member("index", number: interface.index)
        member("name", interface.name)
        member("description", interface.description)
        member("link_type", number: interface.linkType.rawValue)
        member("link_type_name", interface.linkType.name)
        member("snap_length", number: interface.snapLength)
        member("filter", interface.filter)
        member("timestamp_resolution", interface.timestampResolution)
        endObject()
    }
}

extension LinkType {
    /// The name of tcpdump's registry without its `LINKTYPE_`, or nil.
    var name: String? {
        switch self {
        case .null: "NULL"
        case .ethernet: "ETHERNET"
        case .raw, LinkType(rawValue: 12), LinkType(rawValue: 14): "RAW"
        case .loop: "LOOP"
        case .linuxSLL: "LINUX_SLL"
        case .ipv4: "IPV4"
        case .ipv6: "IPV6"
        case .linuxSLL2: "LINUX_SLL2"
        default: nil
        }
    }
}
