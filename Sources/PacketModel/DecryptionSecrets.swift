/// Decryption secrets that a capture carries or a user gives, for the protocol that can use them.
public struct DecryptionSecrets: Hashable, Sendable {
    /// The secrets type of the pcapng block (0x544c534b = TLS key log).
    public var secretsType: UInt32
    /// The secrets themselves. Never printed.
    public var bytes: [UInt8]

    /// Makes secrets of a type.
    public init(secretsType: UInt32, bytes: [UInt8]) {
        self.secretsType = secretsType
        self.bytes = bytes
    }
}
