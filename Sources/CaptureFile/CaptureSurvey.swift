import PacketModel
import Platform

/// What a first pass over captures found: what stands behind the packets for which it is needed.
///
/// The pass reads as the second one does, within the same bounds, and drops the packets.
public struct CaptureSurvey: Sendable {
    /// The most octets of secrets kept.
    public static let maximumSecretBytes = 16 << 20

    /// Decryption secrets, in the order in which the captures carry them.
    public private(set) var secrets: [DecryptionSecrets] = []
    private var secretBytes = 0

    /// Looks through some files; nil where one of them is none.
    init?(_ paths: [PathName], options: CaptureOpener.Options) {
        for path in paths {
            guard !path.isStandardInput, let status = try? FileStatus(of: path), status.kind == .file,
                let descriptor = try? FileDescriptor.open(reading: path)
            else { return nil }
            let input = UnpackedInput(FileInput(descriptor), limit: options.unpackLimit)
            read(CaptureReader(input, name: path.description, pieceLength: options.pieceLength))
        }
    }

    private mutating func read(_ source: any PacketSource) {
        var batch = PacketBatch()
        while true {
            switch source.next(into: &batch) {
            case .secrets(let found):
                guard secretBytes + found.bytes.count <= Self.maximumSecretBytes else { continue }
                secretBytes += found.bytes.count
                secrets.append(found)
            case .finished: return
            case .packets, .interface, .drops, .names, .watermark, .captureEnded: continue
            }
        }
    }
}

/// Captures that were named, which can be looked through before they are read.
public final class NamedCaptures: PacketSource {
    /// What reads them.
    public let source: any PacketSource
    private let paths: [PathName]
    private let options: CaptureOpener.Options

    init(_ source: any PacketSource, _ paths: [PathName], _ options: CaptureOpener.Options) {
        self.source = source
        self.paths = paths
        self.options = options
    }

    /// As the source that reads them.
    public var captures: [CaptureDescription] { source.captures }
    /// Reads the files once more, for what stands behind the packets that need it.
    public func survey() -> CaptureSurvey? { CaptureSurvey(paths, options: options) }
    /// The source's next event.
    public func next(into batch: inout PacketBatch) -> SourceEvent { source.next(into: &batch) }
}
