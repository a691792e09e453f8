import PacketModel

/// What an NTLMSSP message says in the clear (MS-NLMP 2.2.1): names and flags, never a challenge,
/// a response or a key.
public struct NTLMMessage: Sendable, BitwiseCopyable {
    @usableFromInline var sparseTimestamp = SparseTime()
    /// 1 NEGOTIATE, 2 CHALLENGE, 3 AUTHENTICATE; 0 where there is no message.
    public var type: UInt32 = 0
    /// NegotiateFlags (2.2.2.5).
    public var flags: UInt32 = 0
    /// TargetName of a CHALLENGE; DomainName of the others.
    public var domain = NameID.none
    /// UserName of an AUTHENTICATE.
    public var user = NameID.none
    /// Workstation.
    public var workstation = NameID.none
    /// MsvAvNbComputerName, MsvAvDnsComputerName, MsvAvDnsDomainName of TargetInfo.
    public var computer = NameID.none
    public var dnsComputer = NameID.none
    public var dnsDomain = NameID.none
    /// Whether an AUTHENTICATE carries no response at all (an anonymous session).
    public var isAnonymous = false

    /// MsvAvTimestamp of TargetInfo: the server's clock.
    @inlinable public var timestamp: CaptureTime? {
        get { sparseTimestamp.time }
        set { sparseTimestamp.time = newValue }
    }

    /// No message.
    public init() {}
}
