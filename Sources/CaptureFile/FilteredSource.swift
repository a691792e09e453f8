import PacketModel

/// Leaves out packets that are not selected. Frame numbers and everything else stay as they are.
public final class FilteredSource: PacketSource {
    private let inner: any PacketSource
    private let selection: PacketSelection
    private var lastTimes: [UInt16: CaptureTime] = [:]

    /// Hands on what `selection` keeps of `inner`.
    public init(_ inner: any PacketSource, keeping selection: PacketSelection) {
        self.inner = inner
        self.selection = selection
    }

    /// As the inner source: the totals are those of the whole captures.
    public var captures: [CaptureDescription] { inner.captures }

    /// As the inner source: what is selected are packets.
    public func survey() -> CaptureSurvey? { inner.survey() }

    /// The inner source's next event that is left when the selection has been applied.
    public func next(into batch: inout PacketBatch) -> SourceEvent {
        while true {
            let event = inner.next(into: &batch)
            guard case .packets = event else { return event }
            selection.apply(to: &batch, lastTimes: &lastTimes)
            if !batch.records.isEmpty { return event }
        }
    }
}
