import PacketModel
import ByteParsing
import Dissectors
import Pipeline

/// The faults of a run as sentences: one for all of a kind in a capture, where they are many.
struct FaultLines {
    private struct Kind: Hashable {
        var capture: UInt16
        var layer: String
        var kind: FaultKind
    }

    /// Faults of one kind that each have a sentence of their own; of more only the first frames are named.
    private static let maximumSeparate = 3

    /// The sentences, in order of each kind's first fault.
    let sentences: [String]

    /// The sentences for all faults but the first `skipping` ones, which are reported elsewhere.
    init(_ result: AnalysisResult, skipping: Int = 0) {
        let captures = CaptureNames(result.captures)
        var order: [Kind] = []
        var byKind: [Kind: [AnalysisFault]] = [:]
        for fault in result.faults.dropFirst(skipping) {
            let kind = Kind(capture: fault.capture, layer: fault.layer, kind: fault.kind)
            if byKind[kind] == nil { order.append(kind) }
            byKind[kind, default: []].append(fault)
        }
        var sentences: [String] = []
        for kind in order {
            guard let faults = byKind[kind] else { continue }
            let name = captures[kind.capture]
            if faults.count <= Self.maximumSeparate {
                sentences += faults.map { "\(name): \(Self.sentence($0))" }
            } else {
                sentences.append("\(name): \(Self.sentence(faults, kind))")
            }
        }
        if result.omittedFaults > 0 { sentences.append("\(Wording.count(result.omittedFaults, "further fault")).") }
        self.sentences = sentences
    }

    private static func sentence(_ fault: AnalysisFault) -> String {
        let location = fault.frame.map { "after frame \($0)" } ?? "at offset \(fault.offset)"
        return "\(fault.kind.name) \(location): \(fault.message)"
    }

    /// `kerberos malformed 128 times: frames 2, 4, 6, 8, 10, 12 and 122 more`.
    private static func sentence(_ faults: [AnalysisFault], _ kind: Kind) -> String {
        let frames = faults.compactMap(\.frame)
        let what = "\(kind.layer) \(kind.kind.name) \(faults.count) times"
        return frames.isEmpty ? what : "\(what): frames \(Wording.firsts(frames) { "\($0)" })"
    }
}
