// Streams within streams: what a proxy puts before a connection, and what it carries.
import Dissectors

/// The input is a choice, the size of the segments, how deep, and what both sides send, NUL NUL between the sides:
/// behind headers of the PROXY protocol and accepted CONNECTs, as the choice says, or without any.
///
/// Whatever comes is read without a trap, every message has its frames in order, and every record is JSON.
@Sendable func fuzzNested(_ octets: [UInt8]) {
    var input = FuzzInput(octets)
    let choice = input.octet(), segment = input.octet() + 1, depth = input.octet() % 7
    var bytes: [UInt8] = []
    if choice & 2 != 0 { bytes += Array("PROXY TCP4 10.9.8.7 192.0.2.1 12345 80\r\n".utf8) }
    for _ in 0..<(choice & 4 != 0 ? depth : 0) {
        bytes += Array("CONNECT a:80 HTTP/1.1\r\n\r\n".utf8) + [0, 0]
        bytes += Array("HTTP/1.1 200 Y\r\n\r\n".utf8) + [0, 0]
    }
    bytes += input.all()
    let reading = StreamFeed.read(
        bytes, by: StreamFeed(unclaimed: .standard), segment: segment, hasTurns: true, hasHoles: choice & 1 != 0)
    for frames in reading.frames { claim(frames[0] <= frames[1], "a message ends before it begins: \(frames)") }
    for line in reading.records.utf8.split(separator: 10) { claimJSON(Array(line), "a record") }
}
