/// NTSTATUS values that a KDC sends beside an error code, by what they mean here (MS-ERREF 2.3.1,
/// MS-SFU 3.2.5.2).
enum KDCStatus {
    static let notSupported: UInt32 = 0xC000_00BB
    static let noMatch: UInt32 = 0xC000_0272
    static let notFound: UInt32 = 0xC000_0225
    static let accountRestriction: UInt32 = 0xC000_006E
    static let noSecrets: UInt32 = 0xC000_0371
    static let authenticationFirewall: UInt32 = 0xC000_0413
    static let invalidWorkstation: UInt32 = 0xC000_0070
    static let accountDisabled: UInt32 = 0xC000_0072
    static let accountLockedOut: UInt32 = 0xC000_0234
    static let accountExpired: UInt32 = 0xC000_0193
    static let passwordExpired: UInt32 = 0xC000_0071
    static let passwordMustChange: UInt32 = 0xC000_0224
    static let invalidLogonHours: UInt32 = 0xC000_006F
}
