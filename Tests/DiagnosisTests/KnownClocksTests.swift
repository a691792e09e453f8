import PacketModel
@testable import Diagnosis
import Dissectors
import Exchanges
import Testing

/// Clocks found by address and by offset are those that a look at all of them would find: that look was made for
/// each pair of hosts, and took a tenth of the time of a capture of many.
@Suite struct KnownClocksTests {
    private static func clocks(_ random: inout Generator) -> [HostClock] {
        var out: [HostClock] = []
        for point in 0..<2 as Range<UInt16> {
            for host in 1...(1 + UInt32(random.next() % 12)) {
                let lowest = Int64(truncatingIfNeeded: random.next() % 100) - 50
                out.append(
                    HostClock(
                        point: point, host: IPAddress(v4: host), lowestOffset: lowest,
                        highestOffset: lowest + Int64(random.next() % 30),
                        samples: 1, source: .httpDate, frame: FrameReference(capture: 0, frame: 1), time: nil))
            }
        }
        return out
    }

    @Test func agreesWithALookAtAll() {
        var random = Generator(state: 11)
        for _ in 0..<300 {
            let all = Self.clocks(&random)
            let known = KnownClocks()
            known.learn(clocks: all, RuleContext(names: NameTable()))
            let tolerance = Int64(random.next() % 20)
            for clock in all {
                let expected = all.contains {
                    $0.point == clock.point && $0.host != clock.host
                        && $0.lowestOffset - tolerance <= clock.highestOffset
                        && clock.lowestOffset - tolerance <= $0.highestOffset
                }
                let found = known.holdsAnother(within: tolerance, of: clock)
                #expect(found == expected)
                #expect(known.clock(of: clock.host, point: clock.point) == clock)
            }
            #expect(known.clock(of: IPAddress(v4: 99), point: 0) == nil)
            #expect(known.clock(of: IPAddress(v4: 1), point: 9) == nil)
        }
    }

    @Test func theNewestStayInOrder() {
        var newest = Newest<Int>(maximumCount: 3)
        for number in 0..<20 {
            newest.append(number)
            #expect(Array(newest.all) == Array(max(0, number - 2)...number))
        }
    }

    @Test func aShortNameStandsForTheFullOne() {
        for (one, other, isSame) in [
            ("app", "app.corp.example", true), ("app.corp.example", "app", true), ("app", "app", true),
            ("app", "web.corp.example", false),
            ("app.one", "app.two", false), ("10.0.0.1", "10", false), (".app", "app.corp", true),
            ("app..", "app.corp", true), ("1app", "1app.corp", true),
        ] as [(String, String, Bool)] {
            #expect(HostName(one).isSameHost(as: HostName(other)) == isSame)
        }
        #expect(
            HostName("192.0.2.1").isAddress && HostName("[2001:db8::1]").isAddress && !HostName("192.web").isAddress)
    }
}
