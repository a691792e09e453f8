import TestSupport
import PacketModel
import Dissectors
@testable import Exchanges
import Testing

/// What is asked for stays, however much passes by.
@Suite struct RetainedRequestsTests {
    private static func request(_ id: UInt64) -> TicketRequest {
        TicketRequest(TicketRequestFacts(id: id, kind: .authenticationService, point: 0, client: IPAddress(v4: 0)))
    }

    @Test func whoIsAskedForStays() {
        var retained = RetainedRequests(maximumCount: 10)
        retained.keep(Self.request(1))
        for id in 2...1000 as ClosedRange<UInt64> {
            retained.keep(Self.request(id))
            let kept = retained.ask(1)?.id
            #expect(kept == 1)
        }
        // The newest are there, too, and no more than fit.
        let left = (1...1000 as ClosedRange<UInt64>).filter { retained.ask($0) != nil }
        #expect(left.count == 10 && left.contains(1000) && left.contains(999))
    }

    @Test func theOldestGoesFirst() {
        var retained = RetainedRequests(maximumCount: 3)
        for id in 1...5 as ClosedRange<UInt64> { retained.keep(Self.request(id)) }
        let before = (1...5 as ClosedRange<UInt64>).filter { retained.ask($0) != nil }
        #expect(before == [3, 4, 5])
        // All have been asked for: a round later the first of them goes.
        retained.keep(Self.request(6))
        let after = (1...6 as ClosedRange<UInt64>).filter { retained.ask($0) != nil }
        #expect(after == [4, 5, 6])
    }

    @Test func aRequestIsRenewedInPlace() {
        var retained = RetainedRequests(maximumCount: 2)
        for id in [1, 2, 1, 2, 1] as [UInt64] { retained.keep(Self.request(id)) }
        let (one, two) = (retained.ask(1), retained.ask(2))
        #expect(one != nil && two != nil)
    }
}
