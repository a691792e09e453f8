/// What carried a message.
public enum Transport: UInt8, Sendable, Hashable, BitwiseCopyable {
    case udp, tcp

    /// The word used in output.
    public var name: String { self == .udp ? "udp" : "tcp" }
}
