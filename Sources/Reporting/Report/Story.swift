/// A sign-on that is shown step by step.
public struct Story: Sendable {
    /// The sign-on's number within the run.
    public let signOn: UInt64
    /// `alice@CORP.EXAMPLE -> http/app.corp.example, ntlm (unknown)`.
    public let title: String
    /// Who took part, in which capture, on which day.
    public let parties: String
    /// The user.
    public let user: String
    /// The service that the user was to be signed on to.
    public let service: String
    /// How the user is signed on: `delegated`.
    public let kind: String
    /// How it ended: `failed`.
    public let outcome: String
    /// The findings that concern it, by number.
    public let findings: [Int]
    /// The finding that explains why it failed, by number.
    public let rootCause: Int?
    /// What happened.
    public let ladder: Ladder
}
