import TestSupport
import PacketModel
import CaptureFile
import Dissectors
@testable import Exchanges
import Pipeline
import Platform
import Testing

/// Attempts at tickets, and the replies that find them wherever they are by then.
@Suite struct TicketRequestsTests {
    /// A host that asks a KDC over UDP, each time from another port.
    private struct Talk: ~Copyable {
        let context: DissectionContext
        var tracker: ExchangeTracker
        let user: Principal
        let realm: NameID
        private var frame: UInt64 = 0
        private var nanoseconds: Int64 = 1_700_000_000_000_000_000

        init() {
            let names = NameTable()
            context = DissectionContext(names: names)
            tracker = ExchangeTracker(names: names)
            let alice = names.intern("alice")
            realm = names.intern("CORP.EXAMPLE")
            user = Principal(nameType: 1, name: alice, first: alice, componentCount: 1)
        }

        private mutating func envelope(_ port: UInt16, isReply: Bool) -> MessageEnvelope {
            frame += 1
            nanoseconds += 1_000_000
            let client = Endpoint(address: IPAddress(v4: 0x0A00_0001), port: port)
            let kdc = Endpoint(address: IPAddress(v4: 0x0A00_0002), port: 88)
            let reference = FrameReference(capture: 0, frame: frame)
            return MessageEnvelope(
                firstFrame: reference, frame: reference, time: CaptureTime(nanoseconds: nanoseconds),
                flow: FlowID(rawValue: UInt64(port)),
                point: 0, transport: .udp, direction: isReply ? .backward : .forward, source: isReply ? kdc : client,
                destination: isReply ? client : kdc)
        }

        mutating func ask(_ port: UInt16, nonce: UInt32 = 7) {
            var message = KerberosMessage()
            message.type = .asReq
            message.cname = user
            message.realm = realm
            message.nonce = nonce
            receive(&message, envelope(port, isReply: false))
        }

        private mutating func receive(_ message: inout KerberosMessage, _ envelope: MessageEnvelope) {
            context.current = envelope
            context.emit(to: context.store(of: KerberosMessage.self), at: 0, fault: nil, copying: &message)
            tracker.receive(context.messages, 0)
            context.removeMessages()
        }

        /// With a code, or with a ticket.
        mutating func reply(_ port: UInt16, code: Int32?) {
            var message = KerberosMessage()
            message.type = code == nil ? .asRep : .krbError
            message.errorCode = code ?? 0
            message.cname = user
            message.serverMicroseconds = 11
            receive(&message, envelope(port, isReply: true))
        }

        /// Lets time go by; takes what has been told.
        mutating func told(after seconds: Int64) -> [TicketRequest] {
            nanoseconds += seconds * 1_000_000_000
            tracker.advance(to: CaptureTime(nanoseconds: nanoseconds))
            return requests()
        }

        mutating func finish() -> [TicketRequest] {
            tracker.finish()
            return requests()
        }

        private mutating func requests() -> [TicketRequest] {
            let requests = tracker.units.compactMap { unit -> TicketRequest? in
                if case .ticketRequest(let request) = unit { request } else { nil }
            }
            return requests
        }
    }

    /// What an exchange is made of is used again: nothing of the one before may be told of the next.
    @Test func nothingIsLeftOfAnotherReply() throws {
        var talk = Talk()
        talk.ask(1000)
        talk.reply(1000, code: 25)
        let first = talk.told(after: 100).map(\.outcome)
        #expect(first == [.refused(25)])
        talk.tracker.releaseUnits()
        talk.ask(1001)
        // After 30 seconds the wait for the reply ends, after 15 more that for another attempt.
        let none = talk.told(after: 35)
        let second = talk.told(after: 200)
        #expect(none.isEmpty)
        let last = try #require(second.first?.last)
        #expect(second.count == 1 && last.outcome == .unanswered(.silence))
        #expect(last.reply.type.rawValue == 0 && last.reply.errorCode == 0 && last.reply.serverMicroseconds == nil)
        #expect(!last.reply.cname.isPresent && last.request.type == .asReq)
    }

    /// Of a long row of attempts those in the middle are not kept; the answer to one of them still decides.
    @Test(arguments: 0..<12) func anAttemptWithoutRoomIsAnswered(place: Int) {
        var talk = Talk()
        for port in 0..<12 { talk.ask(2000 + UInt16(port)) }
        talk.reply(2000 + UInt16(place), code: nil)
        let outcomes = talk.finish().map(\.outcome)
        #expect(outcomes == [.granted])
    }

    /// Two KDCs are asked, one grants: the request is told, and what the other says afterwards belongs to nothing.
    @Test func anAttemptGoesOnByItself() throws {
        var talk = Talk()
        talk.ask(3000)
        talk.ask(3001)
        talk.reply(3001, code: nil)
        talk.reply(3000, code: 18)
        let told = talk.finish()
        #expect(told.count == 1)
        let attempts = try #require(told.first).attempts
        #expect(attempts.map(\.outcome) == [.unanswered(.silence), .granted])
        #expect(attempts[0].reply.type.rawValue == 0 && attempts[1].reply.type == .asRep)
    }

    /// A refusal that only tells the user's realm is no failure, and each sign-on has its own.
    @Test func eachSignOnFindsTheRealm() throws {
        let sample = try Samples.named("delegation-granted-after-refusal")
        let result = Analysis.run(CaptureOpener.open(paths: [PathName(sample.path)]), settings: AnalysisSettings())
        let discoveries = result.signOns.map {
            $0.steps.filter { $0.role == .realmDiscovery }.compactMap { $0.ticketRequest?.id }
        }
        #expect(
            discoveries.count == 2 && discoveries.allSatisfy { $0.count == 1 } && Set(discoveries.joined()).count == 2)
        #expect(
            result.ticketRequestCounts.failed == UInt64(result.ticketRequests.filter { $0.success == .failed }.count))
        #expect(
            result.ticketRequests.filter(\.isRealmDiscovery).allSatisfy {
                $0.outcome == .refused(25) && $0.success == .succeeded
            })
    }

    @Test(
        arguments: [
            (RequestOutcome.granted, false, SignOnOutcome.succeeded), (.superseded, false, .succeeded),
            (.refused(25), true, .succeeded),
            (.refused(68), true, .succeeded), (.refused(6), true, .failed), (.refused(25), false, .failed),
            (.referralNotFollowed, false, .failed),
            (.unanswered(.silence), false, .failed), (.unanswered(.captureEnded), false, .unknown),
            (.unanswered(.gap), true, .unknown),
        ] as [(RequestOutcome, Bool, SignOnOutcome)])
    func success(outcome: RequestOutcome, isRealmDiscovery: Bool, success: SignOnOutcome) {
        var facts = TicketRequestFacts(id: 1, kind: .authenticationService, point: 0, client: IPAddress(v4: 1))
        facts.outcome = outcome
        facts.isRealmDiscovery = isRealmDiscovery
        #expect(TicketRequest(facts).success == success)
    }
}
