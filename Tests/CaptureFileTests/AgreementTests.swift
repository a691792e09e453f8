import PacketModel
import CaptureFile
import Foundation
import Platform
import Synchronization
import Testing

/// Frame numbers, times and lengths agree with tshark over the project's own samples and the captures
/// of the directory that `KCDTRACE_CAPTURES` names.
@Suite struct AgreementTests {
    static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("SamplePcaps")

    /// Of further plain pcap files one in so many is compared: starting tshark takes a third of a
    /// second, and that container has few forms. Files of every other kind are all compared.
    private static let onePlainFileIn = 8

    /// The project's samples and the selected further captures.
    static var files: [String] {
        let own = files(in: samples)
        guard let named = ProcessInfo.processInfo.environment["KCDTRACE_CAPTURES"] else { return own }
        let further = files(in: URL(fileURLWithPath: named))
        let plain = further.filter { $0.hasSuffix(".pcap") }.enumerated().filter { $0.offset % onePlainFileIn == 0 }
            .map(\.element)
        return own + further.filter { !$0.hasSuffix(".pcap") } + plain
    }

    /// The files of a directory that tshark may read as captures, in order of their names.
    private static func files(in directory: URL) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: directory.path) else { return [] }
        return walk.compactMap { $0 as? String }.filter { name in
            [".pcap", ".pcapng", ".cap", ".gz", ".zst", ".ntar", ".dmp"].contains { name.hasSuffix($0) }
                || !name.contains(".")
        }.map { directory.appendingPathComponent($0).path }.filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }

    /// Link types whose first octets tshark takes for a header of its own and leaves out of the lengths.
    static let pseudoHeaders: Set<UInt16> = [11, 100, 123]

    @Test func framesTimesAndLengths() throws {
        let files = Self.files
        let found = Mutex<[String]>([])
        let next = Atomic<Int>(0)
        // Two at a time: tshark's start is most of the work.
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < files.count else { return }
                if let difference = Self.difference(files[index]) {
                    found.withLock { $0.append("\(files[index]): \(difference)") }
                }
            }
        }
        for difference in found.withLock({ $0 }).sorted() { Issue.record(Comment(rawValue: difference)) }
        print("frame agreement: \(files.count) files")
    }

    /// What differs first, or nil.
    static func difference(_ path: String) -> String? {
        let ours = readAll(CaptureOpener.open(paths: [PathName(path)]))
        guard
            let output = try? Tools.run([
                "timeout", "120", "tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.number", "-e",
                "frame.time_epoch",
                "-e", "frame.len", "-e", "frame.cap_len", "-e", "frame.protocols",
            ])
        else { return "tshark did not run" }
        let unread = output.standardError.contains("support") || output.standardError.contains("isn't a capture file")
        // tshark reads no link type that it does not know, and a capture ends for it where one appears.
        if unread { return nil }
        let lines = output.text.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        // Blocks that are no packets have a frame number with us and nothing else.
        let known = Set(ours.packets.map { "\($0.frame)" })
        let packets = lines.filter { line in
            line.count > 4 && (known.contains(String(line[0])) || !isNoPacket(String(line[4])))
        }
        for (line, packet) in zip(packets, ours.packets) {
            if line[0] != "\(packet.frame)" { return "frame \(line[0]), ours \(packet.frame)" }
            if pseudoHeaders.contains(packet.linkType) { continue }
            // Impossible times become other impossible times there, and none here.
            if let time = packet.time, !isDamaged(line[1]), text(time) != line[1] {
                return "frame \(line[0]) at \(line[1]), ours \(text(time))"
            }
            if packet.original <= Int32.max, line[2] != "\(packet.original)" {
                return "frame \(line[0]) length \(line[2]), ours \(packet.original)"
            }
            if line[3] != "\(packet.bytes.count)" {
                return "frame \(line[0]) captured \(line[3]), ours \(packet.bytes.count)"
            }
        }
        // Where a record's length is damaged, tshark guesses at another layout of the records.
        if ours.fault?.kind.name == "malformed", output.status != 0 { return nil }
        if packets.count != ours.packets.count { return "\(packets.count) frames, ours \(ours.packets.count)" }
        if (output.status != 0) != (ours.fault != nil) {
            return "status \(output.status) \(output.standardError), ours \(String(describing: ours.fault))"
        }
        return nil
    }

    /// Custom blocks, journal entries and system calls, by what tshark makes of them.
    private static func isNoPacket(_ protocols: String) -> Bool {
        protocols == "data" || protocols.contains("systemd_journal") || protocols.hasPrefix("sysdig")
    }

    private static func isDamaged(_ time: Substring) -> Bool {
        guard let point = time.firstIndex(of: ".") else { return true }
        return time.hasPrefix("-") || time.distance(from: point, to: time.endIndex) != 10
    }

    private static func text(_ nanoseconds: Int64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000).\(String(repeating: "0", count: 9 - fraction.count))\(fraction)"
    }
}
