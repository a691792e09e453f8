/// By what the ciphers of tickets are known: equal ones have equal fingerprints, and only that is ever asked of them
/// within a run.
public enum TicketFingerprint: Sendable {
    /// SHA-256 over their octets, first 128 bits: the same in every run and on every machine, so it may be shown.
    case sha256
    /// A hash under a key that is drawn for each run, for a small part of the cost. It means nothing outside the
    /// run, and `NameTable.published` never gives it out.
    case keyed
}
