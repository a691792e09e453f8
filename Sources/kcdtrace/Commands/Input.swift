import PacketModel
import CaptureFile
import Dissectors
import Pcap
import Pipeline
import Platform

/// The packets that the settings name.
struct Input {
    /// Where they come from.
    let source: any PacketSource
    /// The captures' names, by index.
    let names: [String]
    private let selection: PacketSelection
    private let hosts: HostFilter?

    /// Opens the input; nil, with a word on standard error, where the filter or the interface cannot
    /// be used. Files that cannot be read are told by the source itself.
    init?(_ settings: Settings) {
        guard let selection = Self.selection(settings) else { return nil }
        self.selection = selection
        var inner: any PacketSource
        if let interface = settings.interface {
            guard let live = Self.live(interface, settings) else { return nil }
            inner = selection.keepsEverything ? live : FilteredSource(live, keeping: selection)
            names = [interface]
        } else {
            var options = CaptureOpener.Options()
            options.threads = settings.threads
            options.unpackLimit = settings.unpackLimit
            inner = CaptureOpener.open(paths: settings.paths, options: options, selection: selection)
            names = settings.paths.map(\.description)
        }
        hosts = settings.hosts.isEmpty ? nil : HostFilter(inner, keeping: settings.hosts)
        if let hosts { inner = hosts }
        source = RelativeWindow.over(inner, settings)
    }

    private static func selection(_ settings: Settings) -> PacketSelection? {
        var since: CaptureTime?
        var until: CaptureTime?
        if case .at(let time) = settings.since { since = time }
        if case .at(let time) = settings.until { until = time }
        do {
            let all = try PacketSelection(filters: settings.filters, since: since, until: until)
            if settings.interface == nil || settings.filters.isEmpty { return all }
            // The kernel takes the first expression; the others remain to be applied.
            return try PacketSelection(filters: Array(settings.filters.dropFirst()), since: since, until: until)
        } catch {
            Terminal.complain("the filter cannot be used: \(error.message)")
            return nil
        }
    }

    /// Says on standard error what could not be read.
    func complain(of captures: [CaptureDescription]) {
        for capture in captures {
            if let fault = capture.fault { Terminal.complain("\(capture.name): \(fault.message)") }
        }
        for linkType in selection.unsupportedLinkTypes {
            Terminal.complain("the filter does not fit link type \(linkType.rawValue); its packets were left out")
        }
        for linkType in hosts?.unsupportedLinkTypes ?? [] {
            Terminal.complain("no addresses are found in link type \(linkType.rawValue); its packets were left out")
        }
    }

    private static func live(_ interface: String, _ settings: Settings) -> LiveSource? {
        do {
            var options = LiveCapture.Options()
            options.filter = settings.filters.first.flatMap { PacketSelection.isBlank($0) ? nil : $0 }
            let capture = try LiveCapture(device: interface, options: options)
            Interrupts.watch()
            return LiveSource(capture, name: interface, until: { Interrupts.isRequested })
        } catch {
            Terminal.complain("\(interface): \(error.message)")
            return nil
        }
    }
}

/// Leaves out packets outside a span of time that is counted from the first packet.
final class RelativeWindow: PacketSource {
    private let inner: any PacketSource
    private let since: Int64
    private let until: Int64
    private var start: CaptureTime?
    private var lastTime: CaptureTime?

    /// The source itself, or a window over it where the settings count from the first packet.
    static func over(_ source: any PacketSource, _ settings: Settings) -> any PacketSource {
        var since = Int64.min
        var until = Int64.max
        if case .afterStart(let span) = settings.since { since = span }
        if case .afterStart(let span) = settings.until { until = span }
        return since == .min && until == .max ? source : RelativeWindow(source, since, until)
    }

    private init(_ inner: any PacketSource, _ since: Int64, _ until: Int64) {
        self.inner = inner
        self.since = since
        self.until = until
    }

    var captures: [CaptureDescription] { inner.captures }

    func next(into batch: inout PacketBatch) -> SourceEvent {
        while true {
            let event = inner.next(into: &batch)
            guard case .packets = event else { return event }
            batch.records.removeAll { !isInside($0) }
            if !batch.records.isEmpty { return event }
        }
    }

    /// A packet without a time goes with its predecessor.
    private func isInside(_ record: PacketRecord) -> Bool {
        if let time = record.time { lastTime = time }
        guard let time = lastTime else { return since <= 0 }
        if start == nil { start = time }
        let span = time.nanoseconds(since: start ?? time)
        return span >= since && span <= until
    }
}
