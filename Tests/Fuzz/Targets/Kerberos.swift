// Kerberos over UDP and TCP.
import ByteParsing
@testable import Dissectors
import Reporting

/// The input is a way in, the size of the segments, and a message or a stream of them. Elements of the common form are
/// read as those of any form; how a stream is cut into segments does not show, unless some are lost.
@Sendable func fuzzKerberos(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let way = input.octet() % 4, number = input.octet()
    let bytes = input.all()
    switch way {
    case 0:
        let context = DissectionContext(names: NameTable(maximumCount: 4096))
        _ = KerberosDatagram.claims(bytes.rawBytes, sourcePort: 1, destinationPort: 88)
        KerberosDatagram(context).dissect(bytes.rawBytes, isCut: number & 1 != 0)
        var writer = MessageRecordWriter(names: context.names, captureNames: ["fuzz"])
        for message in context.messages.all { writer.write(message) }
        for line in writer.bytes.copyBytes().split(separator: 10) { claimJSON(Array(line), "a record") }
    case 1: decode(bytes, number)
    default:
        _ = KerberosStream.probe(bytes.rawBytes, serverPort: 88, clientPort: 1)
        if way == 2, isInStep(bytes) {
            claimSegments(bytes, number + 1, hasTurns: false, KerberosProtocol.self)
        } else {
            _ = StreamFeed.read(
                bytes, by: KerberosProtocol.self, segment: number + 1, hasTurns: false, hasHoles: way == 3)
        }
    }
}

private func decode(_ bytes: [UInt8], _ number: Int) {
    let extent: KerberosDecoder.Extent = number & 1 != 0 ? .whole : .available
    let room = number & 2 != 0 ? 2 : 4096
    let names = NameTable(maximumCount: room)
    var message = KerberosMessage()
    let fault = KerberosDecoder.decode(bytes.rawBytes, extent: extent, names: names, into: &message)
    if let fault { claim(fault.offset >= 0 && fault.offset <= bytes.count, "a fault outside the message") }
    if let difference = differenceOfForms(bytes) { claimSame(difference, "", "elements read in two ways") }
    // A table that has met all these names and had room for them gives the same. Names that have gone are counted when
    // they are asked for.
    let text = fieldText(message, names)
    if names.overflowCount > 0 { return }
    var again = KerberosMessage()
    _ = KerberosDecoder.decode(bytes.rawBytes, extent: extent, names: names, into: &again)
    claimSame(fieldText(again, names), text, "read otherwise when read again")
}

/// Whether every octet belongs to a record. Where some do not, a reader finds into step at the start of a segment.
private func isInStep(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
        let record = KerberosRecord(bytes.rawBytes, at: offset)
        switch record.judgement {
        case .foreign: return false
        case .unsure: return true
        case .likely, .certain: offset += KerberosRecord.markLength + record.length
        }
    }
    return true
}
