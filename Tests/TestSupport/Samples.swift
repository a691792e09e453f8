import PacketModel
import ByteParsing
import CaptureFile
import Foundation
import Platform

/// A capture to test with, and what is in it.
package struct Sample: Sendable {
    package var name: String
    package var path: String
    package var packets: [TestPacket]
    /// Octets of the file.
    package var fileLength: Int
}

/// The project's own sample captures, and those of the directory that `KCDTRACE_CAPTURES` names.
package enum Samples {
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("SamplePcaps").resolvingSymlinksInPath()

    /// The project's samples, in order of their names; their absence fails the test that asks.
    package static let own: [Sample] = load(root, limit: .max)

    /// The project's samples and the small captures of the directory that the user named.
    package static let all: [Sample] = {
        guard let named = ProcessInfo.processInfo.environment["KCDTRACE_CAPTURES"] else { return own }
        return own + load(URL(fileURLWithPath: named), limit: 150_000)
    }()

    /// The sample in the folder of this name.
    package static func named(_ name: String) throws -> Sample {
        guard let found = own.first(where: { $0.name.hasPrefix(name + "/") }) else { throw MissingSample(name: name) }
        return found
    }

    private static func load(_ folder: URL, limit: Int) -> [Sample] {
        let folder = folder.resolvingSymlinksInPath()
        guard let walk = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        let names = walk.compactMap { $0 as? String }.filter { name in
            [".pcap", ".pcapng", ".cap", ".gz"].contains { name.hasSuffix($0) }
        }
        return names.sorted().compactMap { name in
            let path = folder.appendingPathComponent(name).path
            guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int, size <= limit
            else {
                return nil
            }
            let packets = read(CaptureOpener.open(paths: [PathName(path)]), limit: 4000)
            return packets.isEmpty ? nil : Sample(name: name, path: path, packets: packets, fileLength: size)
        }
    }

    /// The packets of a source; none where there are more than `limit`.
    package static func read(_ source: any PacketSource, limit: Int = .max) -> [TestPacket] {
        var packets: [TestPacket] = []
        var batch = PacketBatch(capacity: 1 << 16)
        while true {
            switch source.next(into: &batch) {
            case .packets:
                for record in batch.records {
                    packets.append(
                        TestPacket(
                            time: record.time?.nanoseconds, linkType: record.linkType,
                            bytes: batch.bytes(of: record).copyBytes(),
                            originalLength: record.originalLength, point: record.point))
                }
                if packets.count > limit { return [] }
            case .finished: return packets
            default: continue
            }
        }
    }
}

/// The project has no sample of this name.
package struct MissingSample: Error {
    package let name: String
}
