import ByteParsing
import Digests

/// What an EncryptedData shows (RFC 4120, 5.2.9); never the cipher itself.
struct EncryptedData {
    /// The encryption type; 0 where it was not read.
    var etype: Int32 = 0
    /// Whether the encryption type was read.
    var hasEtype = false
    /// The key version number; nil where absent.
    var kvno: UInt32?
    /// What `CipherReader` made of the cipher; zero where the cipher is cut.
    var digest = Digest128(high: 0, low: 0)
    /// Octets of the cipher, as announced.
    var length: Int32 = 0
}

/// The one place where the octets of ciphers are looked at: those of tickets and of authenticators, as the decoder
/// comes upon them.
///
/// All it does with them is to make a fingerprint, which tells whether the same ticket comes again. With a keytab this
/// is where a ticket could be opened: the octets, the encryption type and the key version are here together, once for
/// each cipher, and nowhere else.
struct CipherReader {
    /// Knows by which fingerprint ciphers are known.
    let names: NameTable

    /// The fingerprint of a cipher that is there whole.
    func digest(_ cipher: RawSpan, etype: Int32, kvno: UInt32?) -> Digest128 {
        names.digest(ofCipher: cipher)
    }
}
