import PacketModel

/// A border of the part of a capture that is looked at.
public enum TimeBound: Hashable, Sendable {
    /// An instant on the capture's clock.
    case at(CaptureTime)
    /// So many nanoseconds after the first packet.
    case afterStart(nanoseconds: Int64)
}
