/// An encryption type (RFC 3961 and the IANA registry of Kerberos parameters).
public struct EncryptionType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number on the wire.
    public var rawValue: Int32
    /// Makes a type from its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let aes128 = EncryptionType(rawValue: 17)
    public static let aes256 = EncryptionType(rawValue: 18)
    public static let rc4 = EncryptionType(rawValue: 23)

    /// The name in the registry or in Microsoft's headers; nil where the number is unknown.
    public var name: String? {
        switch rawValue {
        case 1: "des-cbc-crc"
        case 2: "des-cbc-md4"
        case 3: "des-cbc-md5"
        case 5: "des3-cbc-md5"
        case 7: "des3-cbc-sha1"
        case 9: "dsaWithSHA1-CmsOID"
        case 10: "md5WithRSAEncryption-CmsOID"
        case 11: "sha1WithRSAEncryption-CmsOID"
        case 12: "rc2CBC-EnvOID"
        case 13: "rsaEncryption-EnvOID"
        case 14: "rsaES-OAEP-ENV-OID"
        case 15: "des-ede3-cbc-Env-OID"
        case 16: "des3-cbc-sha1-kd"
        case 17: "aes128-cts-hmac-sha1-96"
        case 18: "aes256-cts-hmac-sha1-96"
        case 19: "aes128-cts-hmac-sha256-128"
        case 20: "aes256-cts-hmac-sha384-192"
        case 23: "rc4-hmac"
        case 24: "rc4-hmac-exp"
        case 25: "camellia128-cts-cmac"
        case 26: "camellia256-cts-cmac"
        case 65: "subkey-keymaterial"
        case -128: "rc4-md4"
        case -133: "rc4-hmac-old"
        case -135: "rc4-hmac-old-exp"
        default: nil
        }
    }

    /// Whether the type is deprecated as weak: single DES (RFC 6649), RC4 and triple DES (RFC 8429).
    public var isWeak: Bool {
        switch rawValue {
        case 1, 2, 3, 5, 7, 16, 23, 24, -128, -133, -135: true
        default: false
        }
    }
}
