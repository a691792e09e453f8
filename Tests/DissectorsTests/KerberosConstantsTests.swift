import Dissectors
import Testing

@Suite("Kerberos numbers and their names")
struct KerberosConstantsTests {
    @Test("Known numbers have the names of their standards, unknown ones none")
    func names() {
        #expect(KerberosErrorCode(rawValue: 13).name == "KDC_ERR_BADOPTION")
        #expect(KerberosErrorCode(rawValue: 37).name == "KRB_AP_ERR_SKEW")
        #expect(KerberosErrorCode(rawValue: 68).name == "KDC_ERR_WRONG_REALM")
        #expect(KerberosErrorCode(rawValue: 93).name == "KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS")
        #expect(KerberosErrorCode(rawValue: 30).name == nil)
        #expect(KerberosErrorCode(rawValue: -1).name == nil)
        #expect(EncryptionType(rawValue: 18).name == "aes256-cts-hmac-sha1-96")
        #expect(EncryptionType(rawValue: 99).name == nil)
        #expect(PADataType(rawValue: 167).name == "PA-PAC-OPTIONS")
        #expect(PADataType(rawValue: 655).name == nil)
        #expect(PrincipalNameType(rawValue: 10).name == "NT-ENTERPRISE")
        #expect(NTStatus(rawValue: 0xC000_0225).name == "STATUS_NOT_FOUND")
        #expect(NTStatus(rawValue: 0).name == nil)
    }

    @Test("Option bits by name, in order, unnamed ones by number")
    func options() {
        #expect(
            KDCOptions(rawValue: 0x4083_0000).names == [
                "forwardable", "renewable", "cname-in-addl-tkt", "canonicalize",
            ])
        #expect(KDCOptions(rawValue: 0x0100_0000).names == ["unused7"])
        #expect(KDCOptions(rawValue: 0x0000_0010).names == ["renewable-ok"])
        #expect(APOptions(rawValue: 0x6000_0000).names == ["use-session-key", "mutual-required"])
        #expect(PACOptions(rawValue: 0x5000_0000).names == ["branch-aware", "resource-based-constrained-delegation"])
    }

    @Test("Weak types")
    func weak() {
        #expect([1, 3, 16, 23, 24].allSatisfy { EncryptionType(rawValue: $0).isWeak })
        #expect([17, 18, 19, 20, 26].allSatisfy { !EncryptionType(rawValue: $0).isWeak })
    }
}
