import ByteParsing

/// Why a container parser stopped walking the octets that it was given. The position that it
/// leaves is the start of what it has not taken.
public enum ParseStop {
    /// At least so many octets from the position are needed to go on.
    case needs(Int)
    /// Something other than a packet was found and taken.
    case event(SourceEvent)
    /// The header of another capture begins at the position: two files were written one behind the other.
    case anotherCapture
    /// As many records as one batch should hold are there.
    case full
    /// Nothing behind the position can be read.
    case fault(FaultKind, String)
}

/// The bounds that every container is read under.
public enum ContainerLimit {
    /// The largest record or block that is read, in octets.
    public static let recordLength = 16 << 20
    /// The most records in one batch, so that empty ones do not grow it without end.
    public static let recordsPerBatch = 8192
    /// The largest packet that a capture is believed to hold where its header does not allow more;
    /// a longer one means that the length is damaged.
    public static let plausiblePacket = 262_144
}
