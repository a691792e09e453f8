import PacketModel

/// Which captures of a timeline were taken at one place: each is an observation point of its own, but one that
/// continues an earlier one (same interfaces, begun when the earlier had ended) shares its point.
struct ObservationPoints {
    private struct InterfaceKey: Hashable {
        var linkType: LinkType
        var name: String?
    }

    /// A capture that has ended and that none continues so far.
    private struct Ended {
        var index: Int
        var lastTime: Int64
        var stem: Int
        var point: UInt16
    }

    private var ended: [[InterfaceKey]: [Ended]] = [:]
    /// What the interfaces of captures under way were when they began.
    private var interfaces: [Int: [InterfaceKey]] = [:]
    private var points: [Int: UInt16] = [:]
    /// Numbers for names without their digits.
    private var stems: [String: Int] = [:]

    /// The point of a capture whose first packet, of time `begins`, is about to go out.
    mutating func point(of index: Int, _ about: CaptureDescription, begins: Int64) -> UInt16 {
        let keys = about.interfaces.map { InterfaceKey(linkType: $0.linkType, name: $0.name) }
        interfaces[index] = keys
        var point = UInt16(truncatingIfNeeded: index)
        if begins != .min, let place = continued(by: about, keys, begins), let earlier = ended[keys]?.remove(at: place)
        {
            point = earlier.point
        }
        points[index] = point
        return point
    }

    /// Takes note of a capture that has ended.
    mutating func end(_ index: Int, _ about: CaptureDescription) {
        guard let keys = interfaces.removeValue(forKey: index), let point = points.removeValue(forKey: index),
            let last = about.lastTime
        else { return }
        ended[keys, default: []].append(
            Ended(index: index, lastTime: last.nanoseconds, stem: stem(about.name), point: point))
    }

    /// Of several captures that may be continued, the one whose name differs in digits alone; where
    /// that does not decide, none: a wrong join would mix two clocks.
    private mutating func continued(by about: CaptureDescription, _ keys: [InterfaceKey], _ begins: Int64) -> Int? {
        guard let list = ended[keys] else { return nil }
        let own = stem(about.name)
        var all = 0
        var alike = 0
        var last: Int?
        var lastAlike: Int?
        for place in list.indices where list[place].lastTime <= begins {
            all += 1
            last = place
            if list[place].stem == own {
                alike += 1
                lastAlike = place
            }
            if alike > 1 { return nil }
        }
        return all == 1 ? last : alike == 1 ? lastAlike : nil
    }

    private mutating func stem(_ name: String) -> Int {
        let text = name.filter { !$0.isNumber }
        let number = stems.count
        return stems[text]
            ?? {
                stems[text] = number
                return number
            }()
    }
}
