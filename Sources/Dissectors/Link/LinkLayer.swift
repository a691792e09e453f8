import PacketModel
import ByteParsing

/// The link layers that lead to IP: Ethernet with VLAN tags and PPPoE, Linux cooked captures, BSD loopback,
/// raw IP.
public enum LinkLayer {
    /// Finds the IP header: sets `offset` to where it begins and returns the IP version that the
    /// link layer announces; nil where the packet carries something else, or with a fault.
    public static func networkVersion(
        _ bytes: RawSpan, linkType: LinkType, offset: inout Int, isCut: Bool,
        fault: inout LayerFault?
    ) -> Int? {
        switch linkType {
        case .ethernet:
            guard bytes.byteCount >= Ethernet.length else { return short(bytes, isCut, &fault) }
            offset = Ethernet.length
            return etherType(bytes.be16(Ethernet.etherType), bytes, &offset, isCut, &fault)
        case .linuxSLL:
            guard bytes.byteCount >= 16 else { return short(bytes, isCut, &fault) }
            offset = 16
            return etherType(bytes.be16(14), bytes, &offset, isCut, &fault)
        case .linuxSLL2:
            guard bytes.byteCount >= 20 else { return short(bytes, isCut, &fault) }
            offset = 20
            return etherType(bytes.be16(0), bytes, &offset, isCut, &fault)
        case .null, .loop:
            guard bytes.byteCount >= 4 else { return short(bytes, isCut, &fault) }
            offset = 4
            // The family stands in the byte order of the capturing host: the smaller reading is meant.
            switch min(bytes.be32(0), bytes.le32(0)) {
            case 2: return 4
            case 10, 23, 24, 26, 28, 30: return 6
            default: return nil
            }
        case .raw, .ipv4, .ipv6:
            offset = 0
            return rawVersion(bytes, isCut, &fault)
        default:
            // DLT_RAW has other numbers on some systems; nothing else is read.
            guard linkType.rawValue == 12 || linkType.rawValue == 14 else {
                fault = LayerFault(.unsupported, layer: .link, at: 0)
                return nil
            }
            offset = 0
            return rawVersion(bytes, isCut, &fault)
        }
    }

    static func rawVersion(_ bytes: RawSpan, _ isCut: Bool, _ fault: inout LayerFault?) -> Int? {
        guard bytes.byteCount >= 1 else { return short(bytes, isCut, &fault) }
        let version = Int(bytes.u8(0) >> 4)
        if version == 4 || version == 6 { return version }
        fault = LayerFault(.malformed, layer: .link, at: 0)
        return nil
    }

    /// VLAN tags followed before giving up.
    static let maximumTags = 8

    /// Follows an EtherType through VLAN tags (IEEE 802.1Q, 802.1ad) and a PPPoE session (RFC 2516, 4).
    /// MPLS (RFC 5332, 3) and more tags than that may lead to IP, and are not read.
    static func etherType(
        _ first: UInt16, _ bytes: RawSpan, _ offset: inout Int, _ isCut: Bool,
        _ fault: inout LayerFault?
    ) -> Int? {
        var type = first
        var tags = 0
        while true {
            if type == EtherType.ipv4 { return 4 }
            if type == EtherType.ipv6 { return 6 }
            if type == EtherType.pppoeSession { return pointToPoint(bytes, &offset, isCut, &fault) }
            let isTag =
                type == EtherType.tag || type == EtherType.serviceTag || type == EtherType.oldServiceTag
            let isMPLS = type == EtherType.mpls || type == EtherType.mplsMulticast
            if isTag && tags == maximumTags || isMPLS {
                fault = LayerFault(.unsupported, layer: .link, at: offset)
                return nil
            }
            guard isTag else { return nil }
            guard bytes.byteCount >= offset + 4 else { return short(bytes, isCut, &fault) }
            type = bytes.be16(offset + 2)
            offset += 4
            tags += 1
        }
    }

    /// The session header, and the PPP protocol behind it (RFC 1661, 2).
    static func pointToPoint(_ bytes: RawSpan, _ offset: inout Int, _ isCut: Bool, _ fault: inout LayerFault?) -> Int? {
        guard bytes.byteCount >= offset + 8 else { return short(bytes, isCut, &fault) }
        // Version 1, type 1, code 0: session data.
        guard bytes.be16(offset) == 0x1100 else { return nil }
        let carried = bytes.be16(offset + 6)
        offset += 8
        switch carried {
        case 0x0021: return 4
        case 0x0057: return 6
        default: return nil
        }
    }

    static func short(_ bytes: RawSpan, _ isCut: Bool, _ fault: inout LayerFault?) -> Int? {
        fault = PacketDecoder.short(.link, at: bytes.byteCount, isCut: isCut)
        return nil
    }
}
