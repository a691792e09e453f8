import TestSupport
import Digests
import Dissectors
@testable import Exchanges
import Testing

/// The table of tickets beside what it stands for: a dictionary, and a list of what came when.
@Suite struct TicketLineageTests {
    private static func node(_ request: UInt64) -> TicketNode {
        let nobody = Principal(nameType: 0, name: .none, first: .none, componentCount: 0)
        return TicketNode(
            request: request, signOn: 0, cname: nobody, requester: nobody, crealm: .none, requesterRealm: .none,
            kind: .ticketGranting)
    }

    @Test(arguments: [1, 2, 7, 50, 400]) func asADictionary(maximumCount: Int) {
        var lineage = TicketLineage(maximumCount: maximumCount)
        var known: [Digest128: (request: UInt64, signOn: UInt64)] = [:]
        var order: [Digest128] = []
        var forgotten: UInt64 = 0
        var numbers = SeededNumbers(UInt64(maximumCount))
        var found = 0
        for step in 0..<20_000 {
            // Few distinct lower halves, so that many fall on the same places.
            let digest = Digest128(high: UInt64(numbers.below(3 * maximumCount)), low: UInt64(numbers.below(5)))
            switch numbers.below(4) {
            case 0, 1:
                lineage.remember(digest, Self.node(UInt64(step)))
                if digest.isZero { continue }
                if known.updateValue((UInt64(step), 0), forKey: digest) == nil {
                    order.append(digest)
                    if order.count > maximumCount {
                        known[order.removeFirst()] = nil
                        forgotten += 1
                    }
                }
            case 2:
                // One that is known is renewed where it is.
                guard !digest.isZero, known[digest] != nil else { continue }
                var node = Self.node(UInt64(step))
                node.signOn = UInt64(step)
                lineage.remember(digest, node)
                known[digest] = (UInt64(step), UInt64(step))
            default:
                let node = lineage[digest]
                if node != nil { found += 1 }
                #expect(node?.request == known[digest]?.request)
                #expect(node?.signOn == known[digest]?.signOn)
            }
        }
        let counted = lineage.forgotten
        #expect(counted == forgotten)
        #expect(found > 200)
    }
}
