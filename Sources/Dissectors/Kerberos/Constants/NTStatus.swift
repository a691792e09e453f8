/// An NTSTATUS value (MS-ERREF 2.3.1), as KERB-ERROR-DATA carries it (MS-KILE 2.2.1).
public struct NTStatus: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number on the wire.
    public var rawValue: UInt32
    /// Makes a status from its number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let notSupported = NTStatus(rawValue: 0xC000_00BB)
    public static let noMatch = NTStatus(rawValue: 0xC000_0272)
    public static let notFound = NTStatus(rawValue: 0xC000_0225)
    public static let accountRestriction = NTStatus(rawValue: 0xC000_006E)

    /// The name in MS-ERREF; nil where the number is none of those that a KDC is known to send.
    public var name: String? {
        switch rawValue {
        case 0xC000_0001: "STATUS_UNSUCCESSFUL"
        case 0xC000_000D: "STATUS_INVALID_PARAMETER"
        case 0xC000_0022: "STATUS_ACCESS_DENIED"
        case 0xC000_005E: "STATUS_NO_LOGON_SERVERS"
        case 0xC000_0064: "STATUS_NO_SUCH_USER"
        case 0xC000_006A: "STATUS_WRONG_PASSWORD"
        case 0xC000_006D: "STATUS_LOGON_FAILURE"
        case 0xC000_006E: "STATUS_ACCOUNT_RESTRICTION"
        case 0xC000_006F: "STATUS_INVALID_LOGON_HOURS"
        case 0xC000_0070: "STATUS_INVALID_WORKSTATION"
        case 0xC000_0071: "STATUS_PASSWORD_EXPIRED"
        case 0xC000_0072: "STATUS_ACCOUNT_DISABLED"
        case 0xC000_009A: "STATUS_INSUFFICIENT_RESOURCES"
        case 0xC000_00BB: "STATUS_NOT_SUPPORTED"
        case 0xC000_00DC: "STATUS_INVALID_SERVER_STATE"
        case 0xC000_00DF: "STATUS_NO_SUCH_DOMAIN"
        case 0xC000_00E5: "STATUS_INTERNAL_ERROR"
        case 0xC000_0133: "STATUS_TIME_DIFFERENCE_AT_DC"
        case 0xC000_015B: "STATUS_LOGON_TYPE_NOT_GRANTED"
        case 0xC000_018A: "STATUS_NO_TRUST_LSA_SECRET"
        case 0xC000_018B: "STATUS_NO_TRUST_SAM_ACCOUNT"
        case 0xC000_018D: "STATUS_TRUSTED_RELATIONSHIP_FAILURE"
        case 0xC000_0192: "STATUS_NETLOGON_NOT_STARTED"
        case 0xC000_0193: "STATUS_ACCOUNT_EXPIRED"
        case 0xC000_0199: "STATUS_NOLOGON_WORKSTATION_TRUST_ACCOUNT"
        case 0xC000_0224: "STATUS_PASSWORD_MUST_CHANGE"
        case 0xC000_0225: "STATUS_NOT_FOUND"
        case 0xC000_0234: "STATUS_ACCOUNT_LOCKED_OUT"
        case 0xC000_0272: "STATUS_NO_MATCH"
        case 0xC000_02F9: "STATUS_PKINIT_NAME_MISMATCH"
        case 0xC000_0320: "STATUS_PKINIT_FAILURE"
        case 0xC000_0371: "STATUS_NO_SECRETS"
        case 0xC000_0380: "STATUS_SMARTCARD_WRONG_PIN"
        case 0xC000_0388: "STATUS_DOWNGRADE_DETECTED"
        case 0xC000_038C: "STATUS_PKINIT_CLIENT_FAILURE"
        case 0xC000_0408: "STATUS_USER2USER_REQUIRED"
        case 0xC000_040A: "STATUS_NO_S4U_PROT_SUPPORT"
        case 0xC000_040B: "STATUS_CROSSREALM_DELEGATION_FAILURE"
        case 0xC000_0413: "STATUS_AUTHENTICATION_FIREWALL_FAILED"
        case 0xC000_0418: "STATUS_NTLM_BLOCKED"
        case 0xC000_041C: "STATUS_INVALID_USER_PRINCIPAL_NAME"
        default: nil
        }
    }
}
