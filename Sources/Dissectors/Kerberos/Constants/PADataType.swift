/// A pre-authentication data type, or a type of TYPED-DATA: both share one registry (RFC 4120,
/// 7.5.2; RFC 6113, 7.1; MS-KILE 2.2; MS-SFU 2.2).
public struct PADataType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number on the wire.
    public var rawValue: Int32
    /// Makes a type from its number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let tgsReq = PADataType(rawValue: 1)
    public static let encTimestamp = PADataType(rawValue: 2)
    public static let pkAsReq = PADataType(rawValue: 16)
    public static let etypeInfo2 = PADataType(rawValue: 19)
    public static let pacRequest = PADataType(rawValue: 128)
    public static let forUser = PADataType(rawValue: 129)
    public static let s4uX509User = PADataType(rawValue: 130)
    public static let fxFast = PADataType(rawValue: 136)
    public static let encryptedChallenge = PADataType(rawValue: 138)
    public static let pacOptions = PADataType(rawValue: 167)

    /// The name in the registry or in Microsoft's specifications; nil where the number is unknown.
    public var name: String? {
        rawValue < 128 ? Self.lowName(rawValue) : Self.highName(rawValue)
    }

    private static func lowName(_ type: Int32) -> String? {
        switch type {
        case 1: "PA-TGS-REQ"
        case 2: "PA-ENC-TIMESTAMP"
        case 3: "PA-PW-SALT"
        case 5: "PA-ENC-UNIX-TIME"
        case 6: "PA-SANDIA-SECUREID"
        case 7: "PA-SESAME"
        case 8: "PA-OSF-DCE"
        case 9: "PA-CYBERSAFE-SECUREID"
        case 10: "PA-AFS3-SALT"
        case 11: "PA-ETYPE-INFO"
        case 12: "PA-SAM-CHALLENGE"
        case 13: "PA-SAM-RESPONSE"
        case 14: "PA-PK-AS-REQ_OLD"
        case 15: "PA-PK-AS-REP_OLD"
        case 16: "PA-PK-AS-REQ"
        case 17: "PA-PK-AS-REP"
        case 18: "PA-PK-OCSP-RESPONSE"
        case 19: "PA-ETYPE-INFO2"
        case 20: "PA-USE-SPECIFIED-KVNO"
        case 21: "PA-SAM-REDIRECT"
        case 22: "TD-PADATA"
        case 23: "PA-SAM-ETYPE-INFO"
        case 24: "PA-ALT-PRINC"
        case 25: "PA-SERVER-REFERRAL"
        case 30: "PA-SAM-CHALLENGE2"
        case 31: "PA-SAM-RESPONSE2"
        case 41: "PA-EXTRA-TGT"
        case 101: "TD-PKINIT-CMS-CERTIFICATES"
        case 102: "TD-KRB-PRINCIPAL"
        case 103: "TD-KRB-REALM"
        case 104: "TD-TRUSTED-CERTIFIERS"
        case 105: "TD-CERTIFICATE-INDEX"
        case 106: "TD-APP-DEFINED-ERROR"
        case 107: "TD-REQ-NONCE"
        case 108: "TD-REQ-SEQ"
        case 109: "TD-DH-PARAMETERS"
        case 111: "TD-CMS-DIGEST-ALGORITHMS"
        case 112: "TD-CERT-DIGEST-ALGORITHMS"
        default: nil
        }
    }

    private static func highName(_ type: Int32) -> String? {
        switch type {
        case 128: "PA-PAC-REQUEST"
        case 129: "PA-FOR-USER"
        case 130: "PA-S4U-X509-USER"
        case 131: "PA-FOR-CHECK-DUPS"
        case 132: "PA-AS-CHECKSUM"
        case 133: "PA-FX-COOKIE"
        case 134: "PA-AUTHENTICATION-SET"
        case 135: "PA-AUTH-SET-SELECTED"
        case 136: "PA-FX-FAST"
        case 137: "PA-FX-ERROR"
        case 138: "PA-ENCRYPTED-CHALLENGE"
        case 141: "PA-OTP-CHALLENGE"
        case 142: "PA-OTP-REQUEST"
        case 143: "PA-OTP-CONFIRM"
        case 144: "PA-OTP-PIN-CHANGE"
        case 145: "PA-EPAK-AS-REQ"
        case 146: "PA-EPAK-AS-REP"
        case 147: "PA-PKINIT-KX"
        case 148: "PA-PKU2U-NAME"
        case 149: "PA-REQ-ENC-PA-REP"
        case 150: "PA-AS-FRESHNESS"
        case 151: "PA-SPAKE"
        case 161: "PA-KERB-KEY-LIST-REQ"
        case 162: "PA-KERB-KEY-LIST-REP"
        case 165: "PA-SUPPORTED-ENCTYPES"
        case 166: "PA-EXTENDED-ERROR"
        case 167: "PA-PAC-OPTIONS"
        default: nil
        }
    }
}
