import PacketModel
import CaptureFile
import Dissectors
import Exchanges
import Pipeline

/// What captures are and hold, for a person.
public enum InfoReport {
    /// The description of every capture.
    public static func text(_ result: AnalysisResult, style: TextStyle = TextStyle()) -> String {
        var page = TextCanvas(style)
        if let cost = BoundsNotice.sentence(result.limits.filter { $0.name != "findings" }, hidesFindings: false) {
            page.paragraph(cost, ink: .warning)
        }
        for capture in result.captures {
            page.heading(capture.name)
            row(&page, "format", capture.format + (capture.compression.map { ", packed with \($0)" } ?? ""))
            for interface in capture.interfaces.prefix(16) { row(&page, "interface", text(of: interface)) }
            if capture.interfaces.count > 16 { row(&page, "", "and \(capture.interfaces.count - 16) more interfaces") }
            if let system = capture.operatingSystem { row(&page, "system", system) }
            if let application = capture.application { row(&page, "written by", application) }
            for comment in capture.comments.prefix(4) { row(&page, "comment", comment) }
            if capture.decryptionSecrets > 0 {
                row(
                    &page, "keys",
                    """
                    \(Wording.count(capture.decryptionSecrets, "block")) of decryption secrets, not used: nothing \
                    is decrypted
                    """
                )
            }
            if capture.recordedNames > 0 {
                row(&page, "names", "\(Wording.count(capture.recordedNames, "name")) recorded for addresses, not used")
            }
            times(of: capture, &page)
            row(&page, "packets", "\(capture.packets), \(capture.capturedBytes) octets")
            if let point = result.points.first(where: { $0.point == capture.point }) {
                facts(of: point, result.protocols, &page)
            }
            lacks(of: capture, result, &page)
        }
        return page.text
    }

    private static func row(_ page: inout TextCanvas, _ name: String, _ value: String) {
        page.paragraph(value, indent: 2, label: name.padded(to: 12))
    }

    private static func text(of interface: InterfaceDescription) -> String {
        var parts = [interface.linkType.name ?? "link type \(interface.linkType.rawValue)"]
        if let name = interface.name { parts.insert(name, at: 0) }
        parts.append(interface.snapLength == 0 ? "whole packets" : "snaplen \(interface.snapLength)")
        parts.append("time unit \(interface.timestampResolution) s")
        if let filter = interface.filter { parts.append("filter \(filter)") }
        return parts.joined(separator: ", ")
    }

    private static func times(of capture: CaptureDescription, _ page: inout TextCanvas) {
        guard let first = capture.firstTime, let last = capture.lastTime else {
            return row(&page, "times", "none recorded")
        }
        row(&page, "first", "\(CivilTime(first).dateText) \(CivilTime(first).clockText) UTC")
        row(&page, "last", "\(CivilTime(last).dateText) \(CivilTime(last).clockText) UTC")
        row(&page, "duration", DurationText.text(nanoseconds: last.nanoseconds(since: first)))
    }

    private static func facts(of point: CaptureFacts, _ protocols: ProtocolRegistry, _ page: inout TextCanvas) {
        if point.packetsWithoutIP > 0 {
            row(&page, "not IP", Wording.count(point.packetsWithoutIP, "packet"))
        }
        let counts = protocols.counted(in: point.messages)
        row(
            &page, "protocols",
            counts.map { Wording.count(point.messages[$0.id], "\($0.title) message") }.joined(separator: ", "))
    }

    /// Everything that is not as it should be, or that it is all there.
    private static func lacks(of capture: CaptureDescription, _ result: AnalysisResult, _ page: inout TextCanvas) {
        var lacks: [String] = []
        if capture.truncatedPackets > 0 {
            lacks.append("\(Wording.count(capture.truncatedPackets, "packet")) cut by the snaplen")
        }
        if capture.dropped > 0 {
            lacks.append("\(Wording.count(capture.dropped, "packet")) lost by the capturing system")
        }
        if let point = result.points.first(where: { $0.point == capture.point }) {
            if point.packets > 0, point.packetsWithoutIP == point.packets {
                lacks.append("no packet carries IPv4 or IPv6, as far as its link layer is read")
            }
            if point.undecodedPackets > 0 {
                lacks.append("\(Wording.count(point.undecodedPackets, "packet")) that could not be decoded")
            }
            if point.gapCount > 0 {
                lacks.append(
                    "\(Wording.count(point.gapCount, "gap")) in streams, \(point.missingBytes) octets never seen")
            }
            if point.duplicatePackets > 0 {
                lacks.append("\(Wording.count(point.duplicatePackets, "packet")) seen twice")
            }
            if point.oneSidedFlows > 0 {
                lacks.append("\(Wording.count(point.oneSidedFlows, "flow")) of which only one direction was seen")
            }
            if point.clockSteps > 0 {
                lacks.append("the clock stepped back \(Wording.count(point.clockSteps, "time"))")
            }
        }
        if let fault = capture.fault { lacks.append("\(fault.kind.name) at offset \(fault.offset): \(fault.message)") }
        if lacks.isEmpty { return row(&page, "lacks", "nothing") }
        for (index, lack) in lacks.enumerated() { row(&page, index == 0 ? "lacks" : "", lack) }
    }
}
