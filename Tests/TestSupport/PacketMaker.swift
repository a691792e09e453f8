import ByteParsing
import Dissectors

/// Builds packets from nothing: raw IPv4 with TCP, UDP or a fragment in it.
package enum PacketMaker {
    package static func ipv4(
        _ source: UInt32, _ destination: UInt32, ipProtocol: UInt8, identification: Int = 0, fragment: UInt16 = 0,
        time: Int64?, _ body: [UInt8]
    ) -> TestPacket {
        var bytes: [UInt8] = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, ipProtocol, 0, 0] + [UInt8](repeating: 0, count: 8)
        EditablePacket.put16(UInt16(20 + body.count), at: 2, &bytes)
        EditablePacket.put16(UInt16(truncatingIfNeeded: identification), at: 4, &bytes)
        EditablePacket.put16(fragment, at: 6, &bytes)
        EditablePacket.put32(source, at: 12, &bytes)
        EditablePacket.put32(destination, at: 16, &bytes)
        return TestPacket(time: time, linkType: .raw, bytes: bytes + body)
    }

    package static func udp(
        _ source: UInt32, _ sourcePort: Int, _ destination: UInt32, _ destinationPort: Int, time: Int64?,
        _ payload: [UInt8]
    ) -> TestPacket {
        var body = [UInt8](repeating: 0, count: 8)
        EditablePacket.put16(UInt16(truncatingIfNeeded: sourcePort), at: 0, &body)
        EditablePacket.put16(UInt16(truncatingIfNeeded: destinationPort), at: 2, &body)
        EditablePacket.put16(UInt16(8 + payload.count), at: 4, &body)
        return ipv4(source, destination, ipProtocol: 17, time: time, body + payload)
    }

    package static func tcp(
        _ source: UInt32, _ sourcePort: Int, _ destination: UInt32, _ destinationPort: Int, sequence: UInt32,
        acknowledgment: UInt32 = 0, flags: UInt8 = TCP.ack, time: Int64?, _ payload: [UInt8] = []
    ) -> TestPacket {
        var body = [UInt8](repeating: 0, count: 20)
        EditablePacket.put16(UInt16(truncatingIfNeeded: sourcePort), at: 0, &body)
        EditablePacket.put16(UInt16(truncatingIfNeeded: destinationPort), at: 2, &body)
        EditablePacket.put32(sequence, at: 4, &body)
        EditablePacket.put32(acknowledgment, at: 8, &body)
        body[12] = 0x50
        body[13] = flags
        return ipv4(source, destination, ipProtocol: 6, time: time, body + payload)
    }

    /// The first whole Kerberos message with this tag (0x6A AS-REQ to 0x6D TGS-REP, 0x7E KRB-ERROR), or
    /// the one after `number` others.
    package static func kerberos(_ tag: UInt8, in sample: Sample, number: Int = 0) throws -> [UInt8] {
        var number = number
        for packet in sample.packets {
            let edited = EditablePacket(packet)
            let payload = Array(edited.payload)
            guard edited.layers.sourcePort == 88 || edited.layers.destinationPort == 88 else { continue }
            if edited.verdict == .udp, payload.first == tag {
                if number == 0 { return payload }
                number -= 1
            }
            if edited.isTCP, payload.count > 6, payload[4] == tag, Int(payload.rawBytes.be32(0)) == payload.count - 4 {
                if number == 0 { return Array(payload[4...]) }
                number -= 1
            }
        }
        throw MissingMessage()
    }

    package struct MissingMessage: Error {
        package init() {}
    }

    /// The octets with the last of some text in them replaced by as many digits of a number.
    package static func numbered(_ bytes: [UInt8], _ text: String, _ number: Int) -> [UInt8] {
        let pattern = Array(text.utf8)
        var digits = Array(String(number, radix: 36).utf8)
        digits =
            Array(repeating: UInt8(ascii: "0"), count: max(0, pattern.count - digits.count))
            + digits.suffix(pattern.count)
        var out = bytes
        var place = 0
        while place + pattern.count <= out.count {
            if out[place..<place + pattern.count].elementsEqual(pattern) {
                out.replaceSubrange(place..<place + pattern.count, with: digits)
            }
            place += 1
        }
        return out
    }
}
