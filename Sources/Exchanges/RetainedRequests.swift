import Dissectors

/// Granted ticket requests kept for a while: a connector's TGT is the parent of many sign-ons, for hours after its own
/// exchange has been handed out. Bounded; one that nobody has asked for since it last could have gone makes room.
struct RetainedRequests {
    private struct Kept {
        var request: TicketRequest
        var wasAskedFor = false
    }
    private var requests = IDTable(vacant: Kept(request: TicketRequest(
        TicketRequestFacts(id: 0, kind: .authenticationService, point: 0, client: IPAddress(v4: 0)))))
    /// Their ids: a ring, and who goes next.
    private var ids: [UInt64] = []
    private var hand = 0
    private let maximumCount: Int

    init(maximumCount: Int = 512) { self.maximumCount = maximumCount }

    /// The request of this id, if it is still here.
    mutating func ask(_ id: UInt64) -> TicketRequest? {
        guard let place = requests.place(of: id) else { return nil }
        requests[place: place].wasAskedFor = true
        return requests[place: place].request
    }

    mutating func keep(_ request: TicketRequest) {
        if let place = requests.place(of: request.id) {
            requests[place: place].request = request
            return
        }
        if ids.count < maximumCount {
            ids.append(request.id)
        } else {
            // Whoever was asked for is passed by once; after one round somebody has not been.
            while let place = requests.place(of: ids[hand]), requests[place: place].wasAskedFor {
                requests[place: place].wasAskedFor = false
                hand = (hand + 1) % maximumCount
            }
            requests.removeValue(for: ids[hand])
            ids[hand] = request.id
            hand = (hand + 1) % maximumCount
        }
        requests.insert(Kept(request: request), for: request.id)
    }
}
