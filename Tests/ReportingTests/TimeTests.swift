import PacketModel
import Dissectors
import Reporting
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01", 0), ("2000-02-29T12:00:00.5Z", 951_825_600_500_000_000),
        ("1969-12-31T23:59:59.999999999Z", -1), ("2026-11-21T02:36:00+01:00", 1_795_224_960_000_000_000),
        ("2026-11-21 01:36", 1_795_224_960_000_000_000), ("2262-04-11T23:47:16.854775807Z", Int64.max),
    ])
    func readsRFC3339(_ text: String, _ nanoseconds: Int64) {
        #expect(CaptureTime(rfc3339: text)?.nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        "", "x", "2026", "2026-13-01", "2026-02-30", "2026-11-21T", "2026-11-21T25:00:00Z", "2026-11-21T01:02:03.Z",
        "2026-11-21T01:02:03Zx", "9999-01-01T00:00:00Z", "2026-11-21T01:02:03+0100", "2026-11-21T01:02:03+99:00",
    ])
    func refusesAnythingElse(_ text: String) { #expect(CaptureTime(rfc3339: text) == nil) }

    @Test func writtenTimesAreReadBack() {
        var generator = SystemRandomNumberGenerator()
        // The first and the last day that 64 bits hold are only parts of a day.
        let edges: [Int64] = [.min + 1_000_000_000, -9_223_336_731_417_197_870, -1, 0, 1, .max]
        for round in 0..<20_000 {
            let time = CaptureTime(
                nanoseconds: round < edges.count
                    ? edges[round] : Int64.random(in: .min + 1_000_000_000 ... .max, using: &generator))
            let civil = CivilTime(time)
            let digits = String(civil.nanosecond + 1_000_000_000).dropFirst()
            let text = "\(civil.dateText)T\(civil.secondsText).\(digits)Z"
            if CaptureTime(rfc3339: text) != time {
                Issue.record("\(time.nanoseconds) became \(text)")
                return
            }
        }
    }

    @Test func communityIDsAreThoseOfTheSpecification() {
        typealias Case = (Transport, String, UInt16, String, UInt16, String)
        let cases: [Case] = [
            (.tcp, "128.232.110.120", 34_855, "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
            (.udp, "192.168.1.52", 54_585, "8.8.8.8", 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
        ]
        for (transport, source, sourcePort, destination, destinationPort, expected) in cases {
            let a = Endpoint(address: IPAddress(source)!, port: sourcePort)
            let b = Endpoint(address: IPAddress(destination)!, port: destinationPort)
            #expect(CommunityID.text(transport, a, b) == expected)
            #expect(CommunityID.text(transport, b, a) == expected)
        }
    }
}
