/// By what ciphertexts are known: equal ones have equal names, and only that is ever asked of them within a run.
public enum CipherNaming: Sendable {
    /// By SHA-256 over their octets, first 128 bits: the same in every run and on every machine, so it may be shown.
    case published
    /// By a hash under a key that is drawn for each run, for a small part of the cost. It means nothing outside the
    /// run, and `NameTable.published` never gives it out.
    case withinRun
}
