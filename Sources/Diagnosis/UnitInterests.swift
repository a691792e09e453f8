import Dissectors
import Exchanges

/// What units show, as marks: a unit has some of them, a rule names those that concern it and is shown
/// the units that have one of these. Most units are healthy and pass by most rules.
///
/// A rule must name every mark under which it would report or learn something; the tests ask every
/// rule about every unit of the sample captures and find the same.
public struct UnitInterests: OptionSet, Sendable, Hashable {
    public var rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    // MARK: Ticket requests

    /// Any ticket request.
    public static let request = UnitInterests(rawValue: 1 << 0)
    /// Granted in the usual course, by a controller, to an account, for a service that were not seen
    /// together before: for rules that learn who gets what where, without regard to the user.
    public static let novelRequest = UnitInterests(rawValue: 1 << 1)
    /// Not granted, or not in the usual course (perhaps "preauthentication required" first, one controller).
    public static let troubledRequest = UnitInterests(rawValue: 1 << 2)
    /// An attempt without an answer.
    public static let unansweredRequest = UnitInterests(rawValue: 1 << 3)
    /// A referral that nothing followed.
    public static let referral = UnitInterests(rawValue: 1 << 4)
    /// More than two realms on the way.
    public static let manyRealms = UnitInterests(rawValue: 1 << 5)
    /// A ticket in a user's name, granted.
    public static let grantedForUser = UnitInterests(rawValue: 1 << 6)
    /// An S4U2Proxy, however it ended.
    public static let proxyRequest = UnitInterests(rawValue: 1 << 7)
    /// A granted ticket with weak encryption.
    public static let weakTicket = UnitInterests(rawValue: 1 << 8)
    /// A ticket whose key version may name a read-only domain controller.
    public static let readOnlyController = UnitInterests(rawValue: 1 << 9)

    /// An attempt was refused with one of these codes.
    public static func refused(_ codes: Int32...) -> UnitInterests {
        codes.reduce(into: []) { $0.formUnion(mark(ofCode: $1)) }
    }

    /// Codes that rules name have a mark for each or for a few; the others share one.
    static func mark(ofCode code: Int32) -> UnitInterests {
        let bit: UInt64 =
            switch code {
            case 1, 18, 21, 23: 10
            case 2, 19, 22: 11
            case 6: 12
            case 7: 13
            case 8: 14
            case 11, 32: 15
            case 12: 16
            case 13: 17
            case 14: 18
            case 20, 35, 44: 19
            case 24: 20
            case 25: 21
            case 27: 22
            case 29: 23
            case 31: 24
            case 33, 37: 25
            case 41: 26
            case 52: 27
            case 68: 28
            default: 29
            }
        return UnitInterests(rawValue: 1 << bit)
    }
    /// An attempt was refused with a code that no other mark stands for.
    public static let refusedOtherwise = UnitInterests(rawValue: 1 << 29)

    // MARK: Sign-ons

    /// Any sign-on.
    public static let signOn = UnitInterests(rawValue: 1 << 30)
    /// Tickets for a service, from a client to a backend, that were not seen together before, or not
    /// all taken: for rules that learn who takes what, without regard to the user.
    public static let novelSignOn = UnitInterests(rawValue: 1 << 31)
    /// A request that was let in.
    public static let letIn = UnitInterests(rawValue: 1 << 32)
    /// A response 401.
    public static let denied = UnitInterests(rawValue: 1 << 33)
    /// A response with another status from 400 on.
    public static let failedStatus = UnitInterests(rawValue: 1 << 34)
    /// A request without a response.
    public static let unanswered = UnitInterests(rawValue: 1 << 35)
    /// A token of a response that rejects, asks for more, or holds an error.
    public static let tokenTrouble = UnitInterests(rawValue: 1 << 36)
    /// An NTLM message.
    public static let ntlm = UnitInterests(rawValue: 1 << 37)
    /// A redirect.
    public static let redirect = UnitInterests(rawValue: 1 << 38)
    /// A log-in form in a response.
    public static let logInForm = UnitInterests(rawValue: 1 << 39)
    /// A request in the form that proxies get, or a response that only proxies give.
    public static let proxied = UnitInterests(rawValue: 1 << 40)
    /// More than one request with a ticket.
    public static let severalTickets = UnitInterests(rawValue: 1 << 41)
    /// A ticket for another host than the request's.
    public static let otherHost = UnitInterests(rawValue: 1 << 42)
    /// No HTTP request.
    public static let withoutRequest = UnitInterests(rawValue: 1 << 43)
    /// Delegated, and without S4U2Proxy.
    public static let withoutProxy = UnitInterests(rawValue: 1 << 44)
    /// A very large ticket to the backend.
    public static let largeTicket = UnitInterests(rawValue: 1 << 45)
    /// A ticket out of a cache.
    public static let cached = UnitInterests(rawValue: 1 << 46)
    /// An outcome that the capture does not tell.
    public static let openOutcome = UnitInterests(rawValue: 1 << 47)

    // MARK: Transactions that belong to no sign-on

    /// Any such transaction.
    public static let transaction = UnitInterests(rawValue: 1 << 48)
    /// A response 401.
    public static let transactionDenied = UnitInterests(rawValue: 1 << 49)
    /// A request without a response.
    public static let transactionUnanswered = UnitInterests(rawValue: 1 << 50)
    /// A request in the form that proxies get, or a response that only proxies give.
    public static let transactionProxied = UnitInterests(rawValue: 1 << 51)
    /// A request with credentials.
    public static let transactionCredentials = UnitInterests(rawValue: 1 << 52)

    // MARK: Flows and facts

    /// Any transport flow.
    public static let connection = UnitInterests(rawValue: 1 << 53)
    /// A connection that never came about.
    public static let failedConnection = UnitInterests(rawValue: 1 << 54)
    /// A TLS connection.
    public static let tlsConnection = UnitInterests(rawValue: 1 << 55)
    /// A connection to port 88 that its server reset.
    public static let resetByController = UnitInterests(rawValue: 1 << 56)
    /// Clocks and captures.
    public static let facts = UnitInterests(rawValue: 1 << 57)

    /// Everything.
    public static let all: UnitInterests = [.request, .signOn, .transaction, .connection, .facts]
}
