import PacketModel
import ByteParsing
import CaptureFile
import Dissectors
import Flows

/// Every decoded message of a source, in order of the frame that completed it.
public struct MessageWalk: ~Copyable {
    private var flows: FlowTracker
    private var walk = BatchWalk()
    private let names: NameTable
    /// Messages that wait because a hole is open somewhere: one that belongs before them may yet come.
    private var waiting: [Message] = []

    private static let maximumWaiting = 65_536

    private init(_ settings: FlowSettings, _ protocols: ProtocolRegistry, keepsTargets: Bool) {
        names = NameTable(keepsTargets: keepsTargets)
        flows = FlowTracker(context: DissectionContext(names: names, protocols: protocols), settings: settings)
    }

    /// Reads a source to its end, handing each message to `body`; false from it ends the walk. Returns
    /// the captures as they stood then. `keepsTargets` keeps request targets and locations with their queries.
    @discardableResult
    public static func run(
        _ source: any PacketSource, settings: FlowSettings = FlowSettings(),
        protocols: ProtocolRegistry = .standard, keepsTargets: Bool = false,
        _ body: (borrowing Message, NameTable) -> Bool
    ) -> [CaptureDescription] {
        var walk = MessageWalk(settings, protocols, keepsTargets: keepsTargets)
        walk.run(source, body)
        return source.captures
    }

    private mutating func run(_ source: any PacketSource, _ body: (borrowing Message, NameTable) -> Bool) {
        var secrets = SecretsCollection(source, flows.context)
        var hasPackets = false
        var batch = PacketBatch()
        while true {
            switch source.next(into: &batch) {
            case .packets:
                hasPackets = true
                if !take(batch, body) { return }
            case .watermark(let time):
                flows.advance(to: time)
                if !drain(body) { return }
            case .finished:
                while flows.finishSome() {
                    flows.removeEvents()
                    collect()
                }
                collect()
                _ = flush(body)
                return
            case .secrets(let found): secrets.add(found, followsPackets: hasPackets)
            case .interface, .drops, .names, .captureEnded: break
            }
        }
    }

    private mutating func take(_ batch: borrowing PacketBatch, _ body: (borrowing Message, NameTable) -> Bool) -> Bool {
        walk.restart()
        while flows.take(batch, &walk) {
            flows.removeEvents()
            if flows.context.hasMessages, !drain(body) { return false }
        }
        return true
    }

    private mutating func collect() {
        waiting += flows.context.messages.all
        flows.context.removeMessages()
    }

    private mutating func drain(_ body: (borrowing Message, NameTable) -> Bool) -> Bool {
        if waiting.isEmpty, !flows.hasOpenHoles {
            let messages = flows.context.messages
            defer { flows.context.removeMessages() }
            for index in 0..<messages.count where !body(messages.message(index), names) { return false }
            return true
        }
        collect()
        return flows.hasOpenHoles && waiting.count < Self.maximumWaiting ? true : flush(body)
    }

    /// Hands out what waited, by frame; messages of one frame in the order of their decoding, and
    /// those of different captures by time.
    private mutating func flush(_ body: (borrowing Message, NameTable) -> Bool) -> Bool {
        // Messages are large: their places are sorted, not they.
        let order = waiting.indices.sorted { left, right in
            let a = waiting[left].envelope.frame, b = waiting[right].envelope.frame
            if a.capture != b.capture, let first = waiting[left].envelope.time,
                let second = waiting[right].envelope.time,
                first != second
            {
                return first < second
            }
            return (a, left) < (b, right)
        }
        var goesOn = true
        for place in order where goesOn { goesOn = body(waiting[place], names) }
        waiting.removeAll(keepingCapacity: true)
        return goesOn
    }
}
