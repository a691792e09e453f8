/// How hard it is to bring a name into the table. Each rank has a part of the table, and a name can only push out names
/// of its own rank.
public enum NameRank: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Stood in a header field or an NTLM message: anybody who reaches any web server can send it.
    case header
    /// Stood in a Kerberos message: anybody can send one to a domain controller.
    case asked
    /// Belongs to a request that was answered, to a sign-on, or to what a rule concluded.
    case kept
    /// Stands in what will be reported.
    case held
    /// Never goes: words of the program itself.
    case forGood
}
