/// An error-code of a KRB-ERROR (RFC 4120, 7.5.9). Unknown numbers stay data.
public struct KerberosErrorCode: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number on the wire.
    public var rawValue: Int32
    /// Makes a code from its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The name in RFC 4120, 4556, 6113, 8636 or the IAKERB draft; nil where the number is unknown.
    public var name: String? {
        if rawValue < 31 { return Self.kdcName(rawValue) }
        if rawValue < 62 { return Self.applicationName(rawValue) }
        return Self.extensionName(rawValue)
    }

    /// Number and name for people: `13 KDC_ERR_BADOPTION`.
    public var label: String { name.map { "\(rawValue) \($0)" } ?? "\(rawValue)" }

    private static func kdcName(_ code: Int32) -> String? {
        switch code {
        case 0: "KDC_ERR_NONE"
        case 1: "KDC_ERR_NAME_EXP"
        case 2: "KDC_ERR_SERVICE_EXP"
        case 3: "KDC_ERR_BAD_PVNO"
        case 4: "KDC_ERR_C_OLD_MAST_KVNO"
        case 5: "KDC_ERR_S_OLD_MAST_KVNO"
        case 6: "KDC_ERR_C_PRINCIPAL_UNKNOWN"
        case 7: "KDC_ERR_S_PRINCIPAL_UNKNOWN"
        case 8: "KDC_ERR_PRINCIPAL_NOT_UNIQUE"
        case 9: "KDC_ERR_NULL_KEY"
        case 10: "KDC_ERR_CANNOT_POSTDATE"
        case 11: "KDC_ERR_NEVER_VALID"
        case 12: "KDC_ERR_POLICY"
        case 13: "KDC_ERR_BADOPTION"
        case 14: "KDC_ERR_ETYPE_NOSUPP"
        case 15: "KDC_ERR_SUMTYPE_NOSUPP"
        case 16: "KDC_ERR_PADATA_TYPE_NOSUPP"
        case 17: "KDC_ERR_TRTYPE_NOSUPP"
        case 18: "KDC_ERR_CLIENT_REVOKED"
        case 19: "KDC_ERR_SERVICE_REVOKED"
        case 20: "KDC_ERR_TGT_REVOKED"
        case 21: "KDC_ERR_CLIENT_NOTYET"
        case 22: "KDC_ERR_SERVICE_NOTYET"
        case 23: "KDC_ERR_KEY_EXPIRED"
        case 24: "KDC_ERR_PREAUTH_FAILED"
        case 25: "KDC_ERR_PREAUTH_REQUIRED"
        case 26: "KDC_ERR_SERVER_NOMATCH"
        case 27: "KDC_ERR_MUST_USE_USER2USER"
        case 28: "KDC_ERR_PATH_NOT_ACCEPTED"
        case 29: "KDC_ERR_SVC_UNAVAILABLE"
        default: nil
        }
    }

    private static func applicationName(_ code: Int32) -> String? {
        switch code {
        case 31: "KRB_AP_ERR_BAD_INTEGRITY"
        case 32: "KRB_AP_ERR_TKT_EXPIRED"
        case 33: "KRB_AP_ERR_TKT_NYV"
        case 34: "KRB_AP_ERR_REPEAT"
        case 35: "KRB_AP_ERR_NOT_US"
        case 36: "KRB_AP_ERR_BADMATCH"
        case 37: "KRB_AP_ERR_SKEW"
        case 38: "KRB_AP_ERR_BADADDR"
        case 39: "KRB_AP_ERR_BADVERSION"
        case 40: "KRB_AP_ERR_MSG_TYPE"
        case 41: "KRB_AP_ERR_MODIFIED"
        case 42: "KRB_AP_ERR_BADORDER"
        case 44: "KRB_AP_ERR_BADKEYVER"
        case 45: "KRB_AP_ERR_NOKEY"
        case 46: "KRB_AP_ERR_MUT_FAIL"
        case 47: "KRB_AP_ERR_BADDIRECTION"
        case 48: "KRB_AP_ERR_METHOD"
        case 49: "KRB_AP_ERR_BADSEQ"
        case 50: "KRB_AP_ERR_INAPP_CKSUM"
        case 51: "KRB_AP_PATH_NOT_ACCEPTED"
        case 52: "KRB_ERR_RESPONSE_TOO_BIG"
        case 60: "KRB_ERR_GENERIC"
        case 61: "KRB_ERR_FIELD_TOOLONG"
        default: nil
        }
    }

    private static func extensionName(_ code: Int32) -> String? {
        switch code {
        case 62: "KDC_ERROR_CLIENT_NOT_TRUSTED"
        case 63: "KDC_ERROR_KDC_NOT_TRUSTED"
        case 64: "KDC_ERROR_INVALID_SIG"
        case 65: "KDC_ERR_KEY_TOO_WEAK"
        case 66: "KDC_ERR_CERTIFICATE_MISMATCH"
        case 67: "KRB_AP_ERR_NO_TGT"
        case 68: "KDC_ERR_WRONG_REALM"
        case 69: "KRB_AP_ERR_USER_TO_USER_REQUIRED"
        case 70: "KDC_ERR_CANT_VERIFY_CERTIFICATE"
        case 71: "KDC_ERR_INVALID_CERTIFICATE"
        case 72: "KDC_ERR_REVOKED_CERTIFICATE"
        case 73: "KDC_ERR_REVOCATION_STATUS_UNKNOWN"
        case 74: "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE"
        case 75: "KDC_ERR_CLIENT_NAME_MISMATCH"
        case 76: "KDC_ERR_KDC_NAME_MISMATCH"
        case 77: "KDC_ERR_INCONSISTENT_KEY_PURPOSE"
        case 78: "KDC_ERR_DIGEST_IN_CERT_NOT_ACCEPTED"
        case 79: "KDC_ERR_PA_CHECKSUM_MUST_BE_INCLUDED"
        case 80: "KDC_ERR_DIGEST_IN_SIGNED_DATA_NOT_ACCEPTED"
        case 81: "KDC_ERR_PUBLIC_KEY_ENCRYPTION_NOT_SUPPORTED"
        case 85: "KRB_AP_ERR_IAKERB_KDC_NOT_FOUND"
        case 86: "KRB_AP_ERR_IAKERB_KDC_NO_RESPONSE"
        case 90: "KDC_ERR_PREAUTH_EXPIRED"
        case 91: "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED"
        case 92: "KDC_ERR_PREAUTH_BAD_AUTHENTICATION_SET"
        case 93: "KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS"
        case 100: "KDC_ERR_NO_ACCEPTABLE_KDF"
        default: nil
        }
    }

    /// The codes that something depends on, by name.
    public static let clientExpired = KerberosErrorCode(rawValue: 1)
    public static let serviceExpired = KerberosErrorCode(rawValue: 2)
    public static let clientPrincipalUnknown = KerberosErrorCode(rawValue: 6)
    public static let serverPrincipalUnknown = KerberosErrorCode(rawValue: 7)
    public static let principalNotUnique = KerberosErrorCode(rawValue: 8)
    public static let neverValid = KerberosErrorCode(rawValue: 11)
    public static let policy = KerberosErrorCode(rawValue: 12)
    public static let badOption = KerberosErrorCode(rawValue: 13)
    public static let encryptionTypeNotSupported = KerberosErrorCode(rawValue: 14)
    public static let clientRevoked = KerberosErrorCode(rawValue: 18)
    public static let serviceRevoked = KerberosErrorCode(rawValue: 19)
    public static let ticketGrantingTicketRevoked = KerberosErrorCode(rawValue: 20)
    public static let clientNotYetValid = KerberosErrorCode(rawValue: 21)
    public static let serviceNotYetValid = KerberosErrorCode(rawValue: 22)
    public static let keyExpired = KerberosErrorCode(rawValue: 23)
    public static let preauthenticationFailed = KerberosErrorCode(rawValue: 24)
    public static let preauthenticationRequired = KerberosErrorCode(rawValue: 25)
    public static let mustUseUserToUser = KerberosErrorCode(rawValue: 27)
    public static let serviceUnavailable = KerberosErrorCode(rawValue: 29)
    public static let badIntegrity = KerberosErrorCode(rawValue: 31)
    public static let ticketExpired = KerberosErrorCode(rawValue: 32)
    public static let ticketNotYetValid = KerberosErrorCode(rawValue: 33)
    public static let replayed = KerberosErrorCode(rawValue: 34)
    public static let notUs = KerberosErrorCode(rawValue: 35)
    public static let skew = KerberosErrorCode(rawValue: 37)
    public static let modified = KerberosErrorCode(rawValue: 41)
    public static let badKeyVersion = KerberosErrorCode(rawValue: 44)
    public static let noKey = KerberosErrorCode(rawValue: 45)
    public static let responseTooBig = KerberosErrorCode(rawValue: 52)
    public static let generic = KerberosErrorCode(rawValue: 60)
    public static let wrongRealm = KerberosErrorCode(rawValue: 68)
}
