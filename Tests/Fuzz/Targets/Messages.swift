// Any octets as a capture, to the records that `messages` writes.
import ByteParsing
import Pipeline
import Reporting

/// The input is the capture. Each record is one line of plain JSON; how the octets arrive does not show.
@Sendable func fuzzMessages(_ octets: [UInt8]) {
    let whole = records(octets, piece: .max)
    for line in whole.split(separator: 10) { claimJSON(Array(line), "a record") }
    claimSame(
        String(decoding: whole, as: UTF8.self), String(decoding: records(octets, piece: 13), as: UTF8.self),
        "records depend on the size of the pieces")
}

private func records(_ octets: [UInt8], piece: Int) -> [UInt8] {
    var out: [UInt8] = []
    MessageWalk.run(reader(octets, piece: piece)) { message, names in
        var writer = MessageRecordWriter(names: names, captureNames: ["fuzz"])
        writer.write(message)
        out += writer.bytes.copyBytes()
        return true
    }
    return out
}
